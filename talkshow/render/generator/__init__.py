"""The bridge to the generator in `multitalk/`: the only place that imports it."""
