package io.zeal.resilience;

import io.zeal.BulkResult;
import io.zeal.ZealException;
import io.zeal.spi.WriteResult;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call on many says of the backend, all its keys together (B1.5): it answered if it answered
 * for one of them, and failed if it failed for all that say something.
 */
record End(Verdict verdict, @Nullable Throwable failure) {

  /** Nothing was sent, or nothing that was says anything. */
  static final End NOTHING = new End(Verdict.NOTHING, null);

  static final End ANSWERED = new End(Verdict.ANSWERED, null);

  /** What answers of many say, which name the keys that failed. */
  static End of(BulkResult<?> result, Collection<String> keys) {
    if (keys.isEmpty()) {
      return NOTHING;
    }
    return result.failures().keySet().containsAll(keys)
        ? ofErrors(result.failures().values())
        : ANSWERED;
  }

  /** What the results of writes say. */
  static End of(List<WriteResult> results) {
    List<ZealException> errors =
        results.stream()
            .filter(WriteResult.Failed.class::isInstance)
            .map(it -> ((WriteResult.Failed) it).error())
            .toList();
    return errors.size() < results.size() ? ANSWERED : ofErrors(errors);
  }

  private static End ofErrors(Collection<ZealException> errors) {
    End end = NOTHING;
    for (ZealException error : errors) {
      switch (Verdict.of(error)) {
        case ANSWERED -> {
          return ANSWERED;
        }
        case FAILED -> end = end.failure() == null ? new End(Verdict.FAILED, error) : end;
        case NOTHING -> {}
      }
    }
    return end;
  }
}
