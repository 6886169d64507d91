"""Room 4: from papers to records. One paper to one record (`annotator`, `extractive`), many papers to a run (`pipeline`).

It knows neither prompts' wording nor HTTP nor how results are shown, and keeps no state outside the objects it is given.
"""
