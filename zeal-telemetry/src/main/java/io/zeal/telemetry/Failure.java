package io.zeal.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.zeal.BulkResult;
import io.zeal.ErrorCode;
import io.zeal.Outcome;
import io.zeal.ZealException;
import io.zeal.spi.WriteResult;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a call failed.
 *
 * @param type a code of {@code docs/errors.md}, or the class of what is none of Zeal's errors
 * @param outcome what the error says of a write; null for nothing
 */
record Failure(String type, @Nullable Outcome outcome) {

  static Failure of(Throwable error) {
    return error instanceof ZealException known
        ? new Failure(known.code(), known.outcome().orElse(null))
        : new Failure(error.getClass().getName(), null);
  }

  /** What failed of a call about many, of which nothing is thrown; null if nothing did. */
  static @Nullable Failure in(@Nullable Object result) {
    return switch (result) {
      case BulkResult<?> bulk when !bulk.failures().isEmpty() -> ofAll(bulk.failures().values());
      case List<?> list when !list.isEmpty() && list.getFirst() instanceof WriteResult ->
          ofAll(
              list.stream()
                  .filter(WriteResult.Failed.class::isInstance)
                  .map(failed -> ((WriteResult.Failed) failed).error())
                  .toList());
      case null, default -> null;
    };
  }

  /** What they have in common. */
  private static @Nullable Failure ofAll(Collection<ZealException> errors) {
    List<Failure> different = errors.stream().map(Failure::of).distinct().toList();
    return switch (different.size()) {
      case 0 -> null;
      case 1 -> different.getFirst();
      default -> {
        boolean oneType = different.stream().map(Failure::type).distinct().count() == 1;
        yield new Failure(oneType ? different.getFirst().type() : ErrorCode.BULK.id(), null);
      }
    };
  }

  /** These attributes and what there is to say of the failure. */
  Attributes with(Attributes attributes) {
    AttributesBuilder all = attributes.toBuilder().put(Names.ERROR, type);
    if (outcome != null) {
      all.put(Names.OUTCOME, outcome.name().toLowerCase(Locale.ROOT));
    }
    return all.build();
  }
}
