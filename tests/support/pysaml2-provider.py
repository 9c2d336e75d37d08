"""A SAML identity provider of pysaml2 and xmlsec1, whose login page takes anybody at their word.

Arguments: a folder with `idp.key`, `idp.pem` and `sp.xml`. Says on standard output where it listens, and then what it has taken.
"""

import base64
import html
import json
import re
import sys
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server
from saml2.sigver import verify_redirect_signature

folder = sys.argv[1]
ACCOUNTS = {"ann": ["users"], "root": ["users", "admins"]}
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def say(**what):
    print(json.dumps(what), flush=True)


class Provider:
    def __init__(self, origin):
        self.origin = origin
        self.sp = None
        self.server = None

    def configuration(self, metadata):
        return {
            "entityid": f"{self.origin}/metadata",
            "xmlsec_binary": "/usr/bin/xmlsec1",
            "key_file": f"{folder}/idp.key",
            "cert_file": f"{folder}/idp.pem",
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [(f"{self.origin}/login", BINDING_HTTP_REDIRECT)],
                        "single_logout_service": [(f"{self.origin}/logout", BINDING_HTTP_REDIRECT)],
                    },
                    "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None, "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"}},
                    "sign_response": True,
                    "sign_assertion": True,
                    "signing_algorithm": RSA_SHA256,
                    "digest_algorithm": SHA256,
                }
            },
            **({"metadata": {"local": [f"{folder}/sp.xml"]}} if metadata else {}),
        }

    def meet(self, entity):
        self.sp = entity
        self.server = Server(config=IdPConfig().load(self.configuration(True)))

    def verify(self, query):
        """What comes in an address, this version of pysaml2 leaves to its user."""
        for cert in self.server.metadata.certs(self.sp, "spsso", "signing"):
            if verify_redirect_signature(query, self.server.sec.sec_backend, cert[1] if isinstance(cert, tuple) else cert):
                return
        raise ValueError("the signature is not that of the service provider")

    def login(self, query, account):
        self.verify(query)
        message = self.server.parse_authn_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT).message
        args = self.server.response_args(message, bindings=[BINDING_HTTP_POST])
        response = self.server.create_authn_response(
            identity={"memberOf": ACCOUNTS.get(account, []), "mail": [f"{account}@desk.example"]},
            in_response_to=message.id,
            destination=args["destination"],
            sp_entity_id=args["sp_entity_id"],
            name_id=self.name(account),
            userid=account,
            authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "authn_auth": self.origin},
            sign_response=True,
            sign_assertion=True,
            sign_alg=RSA_SHA256,
            digest_alg=SHA256,
        )
        say(login=account, index=re.search(r'SessionIndex="([^"]*)"', str(response)).group(1))
        text = base64.b64encode(str(response).encode()).decode()
        return page(
            f'<form method="post" action="{html.escape(args["destination"])}">'
            f'<input type="hidden" name="SAMLResponse" value="{text}">'
            f'<input type="hidden" name="RelayState" value="{html.escape(query.get("RelayState", ""))}"></form>'
        )

    def logged_out(self, query):
        self.verify(query)
        asked = self.server.parse_logout_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT)
        say(logout=asked.message.name_id.text, indexes=[index.text for index in asked.message.session_index])
        response = self.server.create_logout_response(asked.message, [BINDING_HTTP_REDIRECT], sign=False)
        sent = self.server.apply_binding(
            BINDING_HTTP_REDIRECT, str(response), response.destination, query.get("RelayState", ""), response=True, sign=True, sigalg=RSA_SHA256
        )
        return 302, dict(sent["headers"]), ""

    def end(self, account, index):
        destination = next(
            one["location"] for one in self.server.metadata.single_logout_service(self.sp, BINDING_HTTP_REDIRECT, "spsso")
        )
        _, request = self.server.create_logout_request(destination, self.sp, name_id=self.name(account), session_indexes=[index], sign=False)
        sent = self.server.apply_binding(BINDING_HTTP_REDIRECT, str(request), destination, "back", sign=True, sigalg=RSA_SHA256)
        return 302, dict(sent["headers"]), ""

    def name(self, account):
        return NameID(format=NAMEID_FORMAT_PERSISTENT, name_qualifier=f"{self.origin}/metadata", sp_name_qualifier=self.sp, text=account)


def page(body):
    return 200, {"content-type": "text/html"}, f"<!doctype html><title>Provider</title>{body}"


class Handler(BaseHTTPRequestHandler):
    provider = None

    def answer(self, method):
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        form = {}
        if method == "POST":
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        if url.path == "/metadata":
            return 200, {"content-type": "text/xml"}, metadata(self.provider)
        if url.path == "/meet":
            self.provider.meet(query["entity"])
            return page("")
        if url.path == "/login" and method == "POST":
            return self.provider.login(query, form["account"][0])
        if url.path == "/login":
            return page('<h1>Sign in</h1><form method="post"><input name="account"><button>Sign in</button></form>')
        if url.path == "/logout" and "SAMLRequest" in query:
            return self.provider.logged_out(query)
        if url.path == "/logout":
            self.provider.verify(query)
            answer = self.provider.server.parse_logout_request_response(query["SAMLResponse"], BINDING_HTTP_REDIRECT)
            say(answered=answer.status_ok())
            return page("<h1>Signed out</h1>")
        if url.path == "/end":
            return self.provider.end(query["account"], query["index"])
        return 404, {}, ""

    def respond(self, method):
        try:
            status, headers, body = self.answer(method)
        except Exception as error:  # noqa: BLE001
            status, headers, body = 500, {}, repr(error)
            say(error=traceback.format_exc())
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self):
        self.respond("GET")

    def do_POST(self):
        self.respond("POST")

    def log_message(self, *_):
        pass


def metadata(provider):
    from saml2.metadata import entity_descriptor

    return str(entity_descriptor(IdPConfig().load(provider.configuration(False))))


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
Handler.provider = Provider(f"http://127.0.0.1:{server.server_port}")
say(origin=Handler.provider.origin)
server.serve_forever()
