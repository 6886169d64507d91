"""Room 3: who answers. Requests in, raw replies out; it knows nothing of papers or annotations.

One seam (`interface`), the official client behind it (`openai_client`), retries, the response cache, the probe for the
output mode (`endpoint`), prices and token counts.
"""
