"""Structured lines on standard output: JSON, or readable where a person watches."""

import logging
import sys

import structlog


def set_up_logs(*, readable: bool | None = None) -> None:
    """Log as JSON lines; `readable` (default: when stderr is a terminal) as coloured text. Call once per process."""
    show = sys.stderr.isatty() if readable is None else readable
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if not show else structlog.processors.StackInfoRenderer(),
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
            if show
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
