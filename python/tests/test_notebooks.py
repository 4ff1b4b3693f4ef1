"""What notebooks are beside running (`make test-notebooks`): small, listed, of one's own data too, free of errors."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small_listed_and_runs_on_an_input(notebook: Path) -> None:
    content = notebook.read_text(encoding="utf-8")
    assert len(content) < 250_000
    assert notebook.name in (ROOT / "docs" / "notebooks.md").read_text(encoding="utf-8")
    cells = json.loads(content)["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert 'os.environ.get("COMMONWEAL_INPUT")' in "".join(line for cell in code for line in cell["source"])
    outputs = [output for cell in code for output in cell["outputs"]]
    assert any("image/svg+xml" in output.get("data", {}) for output in outputs)
    assert not [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]
    # What a page looked at in a browser would fetch.
    assert not [output for output in outputs if "application/vnd.vegalite" in str(output.get("data", {}).keys())]


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) > 5
