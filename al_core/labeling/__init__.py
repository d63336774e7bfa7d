"""Labeling: what is served, in which order, how a spectrum is looked at, and what leaves and enters the journal."""

from al_core.labeling.items import LabelQueue, QueueItem
from al_core.labeling.labeling import Labeling
from al_core.labeling.queue import QueueOptions

__all__ = ["LabelQueue", "Labeling", "QueueItem", "QueueOptions"]
