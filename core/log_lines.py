"""What a log line may say of a request: the pattern of its address, never the address, which may name a record."""

import logging


class WithoutAddress(logging.Filter):
    """Puts the route into Django's lines about failed requests, where the address stood."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple) and len(record.args) > 1:
            match = getattr(request, "resolver_match", None)
            record.args = (record.args[0], match.route if match else "no known address", *record.args[2:])
        return True
