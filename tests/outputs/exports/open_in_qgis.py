"""Opens a QGIS project without a screen and tells what QGIS found, as JSON; run by the Python that has QGIS.

python3 open_in_qgis.py PROJECT.qgz PICTURE.png     the picture is the first page of its atlas
"""

import json
import sys

from qgis.core import QgsApplication, QgsLayoutExporter, QgsProject


def main(path: str, picture: str) -> None:
    app = QgsApplication([], False)
    app.initQgis()
    project = QgsProject.instance()
    opened = project.read(path)
    layers = project.mapLayers().values()
    layout = project.layoutManager().printLayouts()[0]
    atlas = layout.atlas()
    atlas.beginRender()
    atlas.first()
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = 60
    done = QgsLayoutExporter(layout).exportToImage(picture, settings)
    told = {
        "opened": opened,
        "crs": project.crs().authid(),
        "pages": atlas.count(),
        "page": atlas.currentFilename(),
        "labels": [item.currentText() for item in layout.items() if hasattr(item, "currentText")],
        "rendered": done == QgsLayoutExporter.Success,
        "layers": {
            layer.id(): {
                "valid": layer.isValid(),
                "rows": layer.featureCount(),
                "renderer": layer.renderer().type(),
                "symbols": len(layer.renderer().legendSymbolItems()),
                "labelled": layer.labelsEnabled(),
            }
            for layer in layers
        },
    }
    print(json.dumps(told, ensure_ascii=False))
    sys.stdout.flush()
    layers = layout = atlas = None
    project.clear()


main(*sys.argv[1:])
