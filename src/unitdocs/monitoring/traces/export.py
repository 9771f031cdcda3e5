"""Spans made from notes and sent over OTLP/HTTP: the only module that calls OpenTelemetry, outside of frames."""

import os
import uuid
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from unitdocs.monitoring.current_work import CurrentWork
from unitdocs.monitoring.logs.record import plain
from unitdocs.monitoring.traces.spans import SpanNote

TRACES: Final = "/v1/traces"
"""Where a collector takes spans, below its address."""
SERVICE: Final = "unitdocs"


class NotedIds(IdGenerator):
    """Gives the next span the numbers that were noted for it."""

    def __init__(self) -> None:
        self.trace_id = self.span_id = 0

    def generate_span_id(self) -> int:
        """Return the noted number of the span."""
        return self.span_id

    def generate_trace_id(self) -> int:
        """Return the noted number of the trace."""
        return self.trace_id

    def is_trace_id_random(self) -> bool:
        """Return that all bits of a trace's number are random."""
        return True


class CountedExporter(SpanExporter):
    """Counts what an exporter sent.

    Args:
        exporter: sends spans.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self.exported = self.failed = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans, and count them."""
        result = self._exporter.export(spans)
        if result is SpanExportResult.SUCCESS:
            self.exported += len(spans)
        else:
            self.failed += len(spans)
        return result

    def shutdown(self) -> None:
        """Send nothing more."""
        self._exporter.shutdown()


class SpanMaker:
    """Makes spans of notes, and sends them in batches; one thread uses it.

    Args:
        endpoint: the collector's address (default: that of OpenTelemetry's variables).
        service: name of the game (default: that of the variables, or `unitdocs`).
        environment: name of the environment; None if it is not known.
    """

    def __init__(self, endpoint: str | None, service: str | None, environment: str | None) -> None:
        address = None if endpoint is None else endpoint.rstrip("/").removesuffix(TRACES) + TRACES
        self._exporter = CountedExporter(OTLPSpanExporter(address))
        self._ids = NotedIds()
        self._provider = TracerProvider(
            sampler=ALWAYS_ON,  # what is noted was sampled already
            resource=resource_of(service, environment),
            id_generator=self._ids,
            shutdown_on_exit=False,  # its own shutdown may wait long; `Tracing.stop` bounds it
        )
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        self._tracer: Tracer = self._provider.get_tracer("unitdocs", version("unitdocs"))

    @property
    def exported(self) -> int:
        """Spans that a collector accepted."""
        return self._exporter.exported

    @property
    def failed(self) -> int:
        """Spans that could not be sent."""
        return self._exporter.failed

    def make(self, note: SpanNote) -> None:
        """Make a span of a note, and queue it for the next batch."""
        self._ids.trace_id, self._ids.span_id = note.work.trace_id, note.span_id
        flags = TraceFlags(TraceFlags.SAMPLED | TraceFlags.RANDOM_TRACE_ID)
        parent = SpanContext(note.work.trace_id, note.parent_id, is_remote=False, trace_flags=flags)
        span = self._tracer.start_span(
            note.name,
            context=set_span_in_context(NonRecordingSpan(parent)),
            attributes=work_attributes(note.work) | dict(note.attributes),
            start_time=note.start,
        )
        if note.error:
            span.set_status(Status(StatusCode.ERROR, plain(note.error)))
        span.end(end_time=note.end)

    def stop(self) -> None:
        """Send what waits, and end; this may wait for the collector."""
        self._provider.shutdown()


def resource_of(service: str | None, environment: str | None) -> Resource:
    """Return what all spans of the process have in common, by OpenTelemetry's semantic conventions.

    Nothing of the machine or its user is among it, unless the variable `OTEL_RESOURCE_ATTRIBUTES` says so.
    """
    attributes = {"service.instance.id": str(uuid.uuid4()), "unitdocs.version": version("unitdocs")}
    if environment is not None:
        attributes["deployment.environment.name"] = environment
    is_named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    if service is not None or not is_named:
        attributes["service.name"] = service or SERVICE
    return Resource.create(attributes)


def work_attributes(work: CurrentWork) -> dict[str, str | int | float]:
    """Return the attributes of a span of this work."""
    attributes: dict[str, str | int | float] = {"unitdocs.session": work.session}
    if work.system:
        attributes["unitdocs.system"] = work.system
    if work.flag_version is not None:
        attributes["unitdocs.flag.version"] = work.flag_version
    if work.scene:
        attributes["unitdocs.scene"] = work.scene
    return attributes
