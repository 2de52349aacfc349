"""The picture of the layers is the one that the import contracts describe."""

from pathlib import Path
from xml.etree import ElementTree

from sim.presentation.architecture import architecture_svg, libraries_by_layer

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "architecture.svg"
SVG = "{http://www.w3.org/2000/svg}"


def test_the_shipped_picture_is_current():
    assert PICTURE.read_text("utf-8") == architecture_svg()


def test_layers_stand_above_what_they_import():
    texts = [text.text for text in ElementTree.parse(PICTURE).iter(f"{SVG}text")]
    order = ["tasks", "experiments", "assembly", "model", "agents", "policy", "domain"]
    assert [text for text in texts if text in order] == order


def test_a_reserved_library_is_shown_where_it_may_be_imported():
    contract = {
        "type": "protected",
        "protected_modules": ["mesa"],
        "allowed_importers": ["sim.agents", "sim.world"],
    }
    found = libraries_by_layer([contract, {"type": "layers"}])
    assert found == {"agents": ("mesa",), "world": ("mesa",)}
