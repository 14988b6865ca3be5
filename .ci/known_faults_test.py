import contextlib
import http.server
import io
import json
import pathlib
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import known_faults

KNOWN = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fixed_in": ["2.1"], "withdrawn": None}
VERSIONS = {
    "/pypi/good/1.0/json": [],
    "/pypi/bad/2.0/json": [KNOWN, {**KNOWN, "id": "PYSEC-2", "withdrawn": "2026-01-01"}],
}


class Index(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = VERSIONS.get(self.path)
        self.send_response(404 if known is None else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"vulnerabilities": known}).encode())

    def log_message(self, *words):
        pass


class KnownFaultsTest(unittest.TestCase):
    def look(self, *asked):
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            with contextlib.redirect_stdout(io.StringIO()) as said:
                code = known_faults.main(f"http://127.0.0.1:{server.server_port}", list(asked))
            server.shutdown()
        return code, said.getvalue()

    def test_main_aKnownFault_isSaidAndEndsWithOne(self):
        code, said = self.look(("good", "1.0"), ("bad", "2.0"))
        self.assertEqual(1, code)
        self.assertIn("bad 2.0: PYSEC-1, CVE-1; fixed in 2.1\n", said)
        self.assertNotIn("PYSEC-2", said)

    def test_main_aVersionThatTheIndexDoesntKnow_isCounted(self):
        code, said = self.look(("good", "1.0"), ("new", "9.9"))
        self.assertEqual(0, code)
        self.assertIn("0 in 1 of 2 versions", said)

    def test_pins_ofThisRepository_haveTheBuildsOwn(self):
        self.assertIn(("setuptools", "80.9.0"), known_faults.pins())


if __name__ == "__main__":
    unittest.main()
