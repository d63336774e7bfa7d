"""The data of a workspace: pools, training sets, uploads, recipes, folders of the server."""

from al_core.library.library import ImportOrder, Library
from al_core.library.plate import Plate
from al_core.library.pool_info import PoolInfo
from al_core.library.training_sets import TrainingSetInfo
from al_core.library.upload_schema import Upload, UploadFile
from al_core.library.uploads import Uploads

__all__ = [
    "ImportOrder",
    "Library",
    "Plate",
    "PoolInfo",
    "TrainingSetInfo",
    "Upload",
    "UploadFile",
    "Uploads",
]
