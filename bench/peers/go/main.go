// OPA by its Go library: `opa-bench time JOB ANSWERS WARM TIMED` prints an outcome (bench/peers/job.ts), `opa-bench compile JOB WASM` makes the
// module of a job into WebAssembly, `opa-bench version` prints OPA's.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/version"
)

type job struct {
	Module    string                 `json:"module"`
	Data      map[string]interface{} `json:"data"`
	Questions []interface{}          `json:"questions"`
}

type outcome struct {
	Answers     string  `json:"answers"`
	Nanoseconds float64 `json:"nanoseconds"`
	Batches     int     `json:"batches"`
	Version     string  `json:"version"`
}

const (
	batchNanoseconds = 1e6
	leastAnswers     = 100
	leastBatches     = 20
)

func main() {
	switch os.Args[1] {
	case "version":
		fmt.Println(version.Version)
	case "compile":
		compileWasm(read(os.Args[2]), os.Args[3])
	case "time":
		must(json.NewEncoder(os.Stdout).Encode(timeQuestions(read(os.Args[2]), os.Args[3:])))
	default:
		panic("what?")
	}
}

func read(path string) job {
	text, err := os.ReadFile(path)
	must(err)
	var one job
	must(json.Unmarshal(text, &one))
	return one
}

func compileWasm(one job, path string) {
	module, err := ast.ParseModule("bench.rego", one.Module)
	must(err)
	files := bundle.Bundle{
		Manifest: bundle.Manifest{},
		Modules:  []bundle.ModuleFile{{URL: "bench.rego", Path: "bench.rego", Raw: []byte(one.Module), Parsed: module}},
		Data:     map[string]interface{}{},
	}
	files.Manifest.Init()
	files.SetRegoVersion(ast.RegoV1)
	compiler := compile.New().
		WithBundle(&files).
		WithTarget(compile.TargetWasm).
		WithEntrypoints("bench/allow").
		WithRegoVersion(ast.RegoV1)
	must(compiler.Build(context.Background()))
	for _, wasm := range compiler.Bundle().WasmModules {
		must(os.WriteFile(path, bytes.Clone(wasm.Raw), 0o644))
	}
}

func timeQuestions(one job, words []string) outcome {
	ctx := context.Background()
	query, err := rego.New(
		rego.Query("data.bench.allow"),
		rego.Module("bench.rego", one.Module),
		rego.Store(inmem.NewFromObject(one.Data)),
	).PrepareForEval(ctx)
	must(err)
	inputs := make([]ast.Value, len(one.Questions))
	for at, question := range one.Questions {
		inputs[at], err = ast.InterfaceToValue(question)
		must(err)
	}
	decide := func(at int) bool {
		results, err := query.Eval(ctx, rego.EvalParsedInput(inputs[at]))
		must(err)
		return results.Allowed()
	}

	answers := []byte{}
	for begun := time.Now(); len(answers) < len(inputs) && (len(answers) < leastAnswers || time.Since(begun) < budget(words[0])); {
		answer := byte('0')
		if decide(len(answers)) {
			answer = '1'
		}
		answers = append(answers, answer)
	}

	at := 0
	batch := func(size int) float64 {
		begun := time.Now()
		for done := 0; done < size; done++ {
			decide(at)
			at = (at + 1) % len(inputs)
		}
		return float64(time.Since(begun).Nanoseconds()) / float64(size)
	}
	size := 1
	for begun := time.Now(); time.Since(begun) < budget(words[1]); {
		size = max(1, int(batchNanoseconds/batch(size)))
	}
	times := []float64{}
	for begun := time.Now(); len(times) < leastBatches || time.Since(begun) < budget(words[2]); {
		times = append(times, batch(size))
	}
	sort.Float64s(times)
	return outcome{string(answers), times[len(times)/2], len(times), version.Version}
}

func budget(milliseconds string) time.Duration {
	number, err := strconv.Atoi(milliseconds)
	must(err)
	return time.Duration(number) * time.Millisecond
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
