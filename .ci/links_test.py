"""links.py finds what leads nowhere, and nothing else."""
import subprocess
import tempfile
import unittest
from pathlib import Path

import links


class LinksTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        subprocess.run(["git", "init", "-q", folder.name], check=True)

    def why(self, target, **files):
        for name, text in {"a": "# A `b`, c\n\n## Twice\n\n## Twice\n", **files}.items():
            (self.root / f"{name}.md").write_text(text)
        listed = {path.name for path in self.root.iterdir() if path.is_file()}
        return links.problem(self.root, listed, self.root / "a.md", target)

    def test_file_that_is_there_is_found(self):
        self.assertIsNone(self.why("b.md", b="# B\n"))
        self.assertIsNone(self.why("."))

    def test_file_that_is_missing_is_told(self):
        self.assertIn("no such file", self.why("c.md"))
        self.assertIn("out of the project", self.why("../c.md"))

    def test_heading_is_as_github_writes_it(self):
        self.assertIsNone(self.why("#a-b-c"))
        self.assertIsNone(self.why("a.md#twice-1"))
        self.assertIn("no such heading", self.why("#twice-2"))
        self.assertIn("no such heading", self.why("b.md#d", b="# B\n```bash\n# d\n```\n"))

    def test_web_is_not_asked(self):
        self.assertIsNone(self.why("https://example.org/x#y"))

    def test_documents_with_a_dead_link_fail(self):
        (self.root / "a.md").write_text("[here](#a), `[no](link)`\n# A\n")
        self.assertEqual(links.main(self.root), 0)
        (self.root / "b.md").write_text("![picture](none.png)\n")
        self.assertEqual(links.main(self.root), 1)


if __name__ == "__main__":
    unittest.main(verbosity=0)
