"""The layout holds: `trace/` is a source root and never a package, `sources/` travels with the code."""

import importlib.util
import subprocess
import sys
import trace as standard_trace
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

import filiation
from filiation.outlets import catalogue
from filiation.shelf import shelf

ROOT = Path(__file__).parents[1]


def test_trace_is_the_standard_librarys() -> None:
    assert Path(standard_trace.__file__).name == "trace.py"


def test_the_source_root_is_no_package() -> None:
    assert not (ROOT / "trace" / "__init__.py").exists()


@pytest.mark.parametrize(
    "folder", ["outlets", "credits", "languages", "places", "names", "numbers"]
)
def test_the_knowledge_is_found(folder: str) -> None:
    assert [file for file in (shelf() / folder).iterdir() if file.name.endswith(".toml")]


def test_tables_of_meanings_are_found() -> None:
    assert [file for file in (shelf() / "meanings").iterdir() if file.name.endswith(".tsv")]


def test_every_outlet_has_a_name_and_an_address() -> None:
    assert [outlet.key for outlet in catalogue() if not (outlet.name and outlet.domains)] == []
    assert len(catalogue()) >= 120


def test_the_front_door_holds_what_it_lists() -> None:
    """Every name of `__all__` is there, and nothing public beside them but the submodules."""
    assert filiation.__all__ == sorted(filiation.__all__)
    for name in filiation.__all__:
        assert getattr(filiation, name) is not None
    public = {
        name
        for name, value in vars(filiation).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public - {"TYPE_CHECKING", "Any", "import_module"} <= {*filiation.__all__, "ModuleType"}


@pytest.mark.parametrize("name", ["read", "credits"])
@pytest.mark.parametrize(
    "first", ["import filiation", "import filiation.{0}", "import filiation.{0}.{1}"]
)
def test_a_function_is_never_hidden_by_the_package_of_its_name(name: str, first: str) -> None:
    """Whatever is imported before, `filiation.credits` is the function."""
    inner = {"read": "text", "credits": "lexicon"}[name]
    code = f"{first.format(name, inner)}\nimport filiation, types\n"
    code += f"assert isinstance(filiation.{name}, types.FunctionType), filiation.{name}"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT / "trace")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        filiation.nonsense  # noqa: B018


def test_the_wheel_carries_the_code_and_the_knowledge(tmp_path: Path) -> None:
    """What is shipped runs by itself: no checkout, no `trace` on the top level."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("needs hatchling to build without the network: pip install hatchling")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", tmp_path, ROOT],
        check=True,
    )  # fmt: skip
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "installed")
    assert "filiation/sources/outlets/zerohedge.toml" in names
    assert "filiation/py.typed" in names
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in names if ".dist-info" in name}
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"filiation"}
    ours = {file.relative_to(ROOT / "sources") for file in (ROOT / "sources").rglob("*.toml")}
    assert {f"filiation/sources/{file.as_posix()}" for file in ours} <= names
    web = ROOT / "trace" / "filiation" / "smallweb"
    shipped = {
        f"filiation/smallweb/{file.relative_to(web).as_posix()}" for file in web.rglob("*.toml")
    }
    assert len(shipped) == 12
    assert shipped <= names
    code = "import filiation; print(filiation.__file__, len(filiation.catalogue()))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed")},
    )  # fmt: skip
    file, number = done.stdout.rsplit(maxsplit=1)
    assert Path(file).is_relative_to(tmp_path)
    assert int(number) == len(catalogue())
