"""Writes src/test/resources/review/statistics.json, which StatisticsTest compares with, by scipy and statsmodels.

    pip install scipy==1.17.1 statsmodels==0.15.0
    python src/test/python/review_statistics.py > src/test/resources/review/statistics.json
"""

import json

from scipy.stats import beta
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

SHARES = [(1, 0), (1, 1), (10, 3), (20, 20), (40, 29), (100, 50), (1000, 773), (1000, 999), (60000, 48112), (500, 483), (500, 484),
          (500, 500), (2000, 1917), (59, 59)]
PAIRS = [(0, 0), (0, 1), (1, 1), (3, 9), (5, 21), (30, 67), (67, 30), (120, 121), (900, 1100), (30000, 30500)]
ERRORS = [0.05, 0.005]
TESTS = [[0.04], [0.01, 0.04], [0.04, 0.01, 0.03], [0.5, 0.5, 0.6], [0.001, 0.02, 0.02, 0.9, 0.013, 1.0],
         [0.0, 1.0], [0.3, 0.2, 0.1], [0.01] * 10, [0.049, 0.0001]]


def at_least(of, hits, error):
    return float(beta.ppf(error, hits, of - hits + 1)) if hits else 0.0


def test(first, second):
    return float(mcnemar([[0, first], [second, 0]], exact=True).pvalue) if first + second else 1.0


print(
    json.dumps(
        {
            "wilson": [[n, k, *map(float, proportion_confint(k, n, 0.05, "wilson"))] for n, k in SHARES],
            "at_least": [[n, k, e, at_least(n, k, e)] for n, k in SHARES for e in ERRORS],
            "holm": [[t, multipletests(t, method="holm")[1].tolist()] for t in TESTS],
            "mcnemar": [[a, b, test(a, b)] for a, b in PAIRS],
        },
        indent=1,
    )
)
