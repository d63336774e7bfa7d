"""Classifiers. TensorFlow is imported by `cnn` alone, which nothing here imports: a web process never loads it."""

from al_core.models.base import Classifier, TrainingHistory, TrainingOptions, TrainingSet

__all__ = ["Classifier", "TrainingHistory", "TrainingOptions", "TrainingSet"]
