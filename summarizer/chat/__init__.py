"""Room 3: who answers. One seam (`interface`), the official client behind it, retries, the response cache, the probe for
the output mode, prices and token counts.

It knows nothing of papers or annotations: requests in, raw replies out.
"""
