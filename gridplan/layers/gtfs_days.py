"""The weekday of a GTFS feed on which most trips run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.layers.gtfs_files import WEEKDAYS, Feed, day_number

_WEEK = 7


def trips_of_the_busiest_weekday(feed: Feed, trips: pd.DataFrame) -> pd.DataFrame:
    """Return those of the trips that run on the weekday with the most of them, the earliest of equals; all where the feed has no calendar.

    What runs changes at first days, after last days and round exceptions alone: of the days after each such one a week is tried, so that a
    calendar of fifty years costs no more than one of a month.
    """
    calendar, dates = feed.files["calendar.txt"], feed.files["calendar_dates.txt"]
    if calendar.empty and dates.empty:
        return trips
    services, trip_service = np.unique(trips["service_id"].to_numpy(str), return_inverse=True)
    weight = np.bincount(trip_service, minlength=len(services))
    calendar = calendar[calendar["service_id"].isin(services)]
    dates = dates[dates["service_id"].isin(services)]
    row = np.searchsorted(services, calendar["service_id"].to_numpy(str))
    first, last = (calendar[name].map(day_number).to_numpy(float) for name in ("start_date", "end_date"))
    runs = calendar[list(WEEKDAYS)].to_numpy() == "1"
    at = dates["date"].map(day_number).to_numpy(float)
    added, of = (
        (dates["exception_type"] == "1").to_numpy(bool),
        np.searchsorted(services, dates["service_id"].to_numpy(str)),
    )
    changes = np.unique(np.concatenate([first, last + 1, at, at + 1]))
    days = np.unique(changes[:, None] + np.arange(_WEEK))
    best, most = np.zeros(len(services), dtype=bool), 0
    for day in days[(days - 1) % _WEEK < len(WEEKDAYS)]:
        running = np.zeros(len(services), dtype=bool)
        running[row[(first <= day) & (day <= last) & runs[:, int(day - 1) % _WEEK]]] = True
        running[of[(at == day) & added]] = True
        running[of[(at == day) & ~added]] = False
        count = int(weight[running].sum())
        if count > most:
            best, most = running, count
    return trips[best[trip_service]]
