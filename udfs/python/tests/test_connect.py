import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import pyspark

import herd


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


class ConnectTest(unittest.TestCase):
    """A server of Spark Connect with herd.jar and its SQL functions, and a client with this package."""

    def setUp(self):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.log = Path(self.folder.name) / "server.log"
        home = Path(pyspark.__file__).parent
        settings = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": self.port,
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.sql.extensions": "io.herd.api.HerdExtensions",
        }
        command = [str(home / "bin" / "spark-submit"), "--master", "local[1]", "--jars", herd.jar()]
        for key, value in settings.items():
            command += ["--conf", f"{key}={value}"]
        command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
        environment = {**os.environ, "SPARK_HOME": str(home)}
        with self.log.open("w") as out:
            self.server = subprocess.Popen(command, stdout=out, stderr=out, env=environment, cwd=self.folder.name)
        self.addCleanup(self.end)

    def end(self):
        self.server.terminate()
        self.server.wait(60)

    def await_port(self):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            self.assertIsNone(self.server.poll(), self.log.read_text())
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.3)
        self.fail(self.log.read_text())

    def test_client_functionsAreRefusedAndSqlsWork(self):
        self.await_port()
        environment = {name: value for name, value in os.environ.items() if name != "SPARK_HOME"}

        client = subprocess.run([sys.executable, "-m", "tests.connect_client", str(self.port)], env=environment,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)

        self.assertEqual(0, client.returncode, client.stdout)
        self.assertIn("as expected", client.stdout)


if __name__ == "__main__":
    unittest.main()
