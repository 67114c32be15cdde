package io.zeal.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.zeal.spi.Operation;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Records the calls about one store, or about none. What does not change is made beforehand. */
final class Calls {

  private static final double NANOS = 1e9;

  private final Recorder recorder;
  private final Map<Operation, Call> byOperation = new EnumMap<>(Operation.class); // of each one
  private final Call openStore;
  private final Call runScript;

  /**
   * One kind of call.
   *
   * @param isSpan not what Zeal does by itself again and again, with nobody's call around it
   */
  private record Call(String spanName, Attributes attributes, boolean isSpan) {}

  /**
   * @param store null for none
   */
  Calls(Recorder recorder, @Nullable String store) {
    this.recorder = recorder;
    for (Operation operation : Operation.values()) {
      String name = operation.name().toLowerCase(Locale.ROOT);
      byOperation.put(operation, call(name, store, operation != Operation.ANNOUNCE));
    }
    this.openStore = call("open_store", store, true);
    this.runScript = call("run_script", store, true);
  }

  private Call call(String name, @Nullable String store, boolean isSpan) {
    return new Call(
        store == null ? name : name + " " + store, recorder.attributes(name, store), isSpan);
  }

  <T> T around(Operation operation, Supplier<T> call) {
    return around(operation, 1, call);
  }

  /**
   * The same for a call about several rows or counters.
   *
   * @param size how many
   */
  <T> T around(Operation operation, int size, Supplier<T> call) {
    return around(Objects.requireNonNull(byOperation.get(operation)), size, call);
  }

  <T> T openStore(Supplier<T> call) {
    return around(openStore, 1, call);
  }

  <T> T runScript(Supplier<T> call) {
    return around(runScript, 1, call);
  }

  private <T> T around(Call what, int size, Supplier<T> call) {
    Tracer tracer = recorder.tracer();
    if (tracer == null || !what.isSpan) {
      return timed(what, null, call);
    }
    try (OpenSpan span = OpenSpan.begin(() -> begin(tracer, what, size))) {
      return timed(what, span, call);
    }
  }

  private Span begin(Tracer tracer, Call what, int size) {
    SpanBuilder builder =
        tracer
            .spanBuilder(what.spanName)
            .setSpanKind(recorder.kind())
            .setAllAttributes(what.attributes);
    if (size > 1) {
      builder.setAttribute(Names.BATCH_SIZE, (long) size);
    }
    return builder.startSpan();
  }

  /** A checked exception may come as well: from the code of an application in another language. */
  private <T> T timed(Call what, @Nullable OpenSpan span, Supplier<T> call) {
    long begin = System.nanoTime();
    T result;
    try {
      result = call.get();
    } catch (Throwable e) {
      ended(what, span, begin, e, null);
      throw e;
    }
    ended(what, span, begin, null, result);
    return result;
  }

  /** Whatever is thrown here comes too late: the call has ended. */
  private void ended(
      Call what,
      @Nullable OpenSpan span,
      long begin,
      @Nullable Throwable error,
      @Nullable Object result) {
    double seconds = (System.nanoTime() - begin) / NANOS;
    try {
      Failure failure = error == null ? Failure.in(result) : Failure.of(error);
      if (span != null && failure != null) {
        span.failed(failure.with(Attributes.empty()));
      }
      DoubleHistogram durations = recorder.durations();
      if (durations != null) {
        durations.record(
            seconds, failure == null ? what.attributes : failure.with(what.attributes));
      }
    } catch (Throwable e) {
      Guard.tell(e);
    }
  }
}
