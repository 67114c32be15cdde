package io.zeal.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A span that is under way, and current in this thread; nothing, if the SDK could not begin it. */
final class OpenSpan implements AutoCloseable {

  private final @Nullable Span span;
  private final @Nullable Scope scope;

  private OpenSpan(@Nullable Span span, @Nullable Scope scope) {
    this.span = span;
    this.scope = scope;
  }

  static OpenSpan begin(Supplier<Span> begin) {
    Span span = Guard.get(begin);
    return new OpenSpan(span, span == null ? null : current(span));
  }

  @SuppressWarnings("MustBeClosedChecker") // close() does
  private static @Nullable Scope current(Span span) {
    try {
      return span.makeCurrent();
    } catch (Throwable e) {
      Guard.tell(e);
      return null;
    }
  }

  /** Texts of errors name keys: of an error only its type is told. */
  void failed(Attributes attributes) {
    Span failed = span;
    if (failed != null) {
      Guard.run(() -> {
        failed.setAllAttributes(attributes);
        failed.setStatus(StatusCode.ERROR);
      });
    }
  }

  @Override
  public void close() {
    if (scope != null) {
      Guard.run(scope::close);
    }
    if (span != null) {
      Guard.run(span::end);
    }
  }
}
