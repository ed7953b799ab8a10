"""Trained models as files that play without torch."""
