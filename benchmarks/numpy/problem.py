"""The data of the estimator comparison, the same in every language: no generator, no rounding."""
import json
import statistics
import sys
import time


def clusters(templates, replicates):
    """Deterministic log-odds: dyadic fractions, so that every language builds the very same doubles."""
    return [
        [((i * 37 + j * 101 + 13) % 256 - 128) / 64.0 for j in range(replicates)]
        for i in range(templates)
    ]


def measure(bootstrap, repeats):
    """Runs the bootstrap of the command line (templates, replicates, iterations, seed); prints one line of JSON."""
    templates, replicates, iterations, seed = (int(x) for x in sys.argv[1:5])
    groups = clusters(templates, replicates)
    result = bootstrap(groups, iterations, seed)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = bootstrap(groups, iterations, seed)
        times.append(time.perf_counter() - start)
    low, high = result
    print(json.dumps({
        "milliseconds": statistics.median(times) * 1000,
        "best": min(times) * 1000,
        "low": repr(float(low)),
        "high": repr(float(high)),
    }))
