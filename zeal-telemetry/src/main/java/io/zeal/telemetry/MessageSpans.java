package io.zeal.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.zeal.spi.Role;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Spans of messages. Streams and groups are named, which are written in code as stores are;
 * channels are not: {@code chat:room:42} says who talks to whom, and there are as many as there are
 * rooms. Where a message came from is not known: nothing is added to messages.
 */
final class MessageSpans {

  private final Tracer tracer;
  private final Subject subject;

  MessageSpans(Tracer tracer, Subject subject) {
    this.tracer = tracer;
    this.subject = subject;
  }

  /** A message for a channel. */
  <T> T publish(Supplier<T> call) {
    return around(() -> begun("publish", "send", SpanKind.PRODUCER, null), call);
  }

  /** Messages for a stream. */
  <T> T publish(String stream, int count, Supplier<T> call) {
    return around(
        () -> {
          SpanBuilder builder = begun("publish", "send", SpanKind.PRODUCER, stream);
          return count > 1 ? builder.setAttribute(Names.MESSAGE_COUNT, (long) count) : builder;
        },
        call);
  }

  /** The handler of a message of a channel. */
  <T> T process(Supplier<T> call) {
    return around(() -> begun("process", "process", SpanKind.CONSUMER, null), call);
  }

  /** The handler of a message of a stream. */
  <T> T process(String stream, String group, Supplier<T> call) {
    return around(
        () ->
            begun("process", "process", SpanKind.CONSUMER, stream).setAttribute(Names.GROUP, group),
        call);
  }

  private SpanBuilder begun(
      String operation, String type, SpanKind kind, @Nullable String destination) {
    SpanBuilder builder =
        tracer
            .spanBuilder(destination == null ? operation : operation + " " + destination)
            .setSpanKind(subject.remote() ? kind : SpanKind.INTERNAL)
            .setAttribute(Names.MESSAGES, subject.system())
            .setAttribute(Names.MESSAGE_OPERATION, operation)
            .setAttribute(Names.MESSAGE_OPERATION_TYPE, type);
    if (subject.role() != Role.PRIMARY) {
      builder.setAttribute(Names.ROLE, subject.roleName());
    }
    return destination == null ? builder : builder.setAttribute(Names.DESTINATION, destination);
  }

  private static <T> T around(Supplier<SpanBuilder> begin, Supplier<T> call) {
    try (OpenSpan span = OpenSpan.begin(() -> begin.get().startSpan())) {
      return traced(span, call);
    }
  }

  /** A checked exception may come as well: from the code of an application in another language. */
  private static <T> T traced(OpenSpan span, Supplier<T> call) {
    try {
      return call.get();
    } catch (Throwable e) {
      span.failed(Attributes.of(Names.ERROR, Failure.of(e).type()));
      throw e;
    }
  }
}
