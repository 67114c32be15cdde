package io.zeal.resilience;

import io.zeal.Finding;
import io.zeal.Stats;
import io.zeal.resilience.Circuit.Picture;
import io.zeal.resilience.Circuit.Transition;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is told of a circuit: numbers beside the backend's own, and a finding while it is open. */
final class ResilienceReport {

  /** The part of the backend's numbers. */
  static final String NAME = "resilience";

  private ResilienceReport() {}

  static Stats stats(Stats backend, Picture picture, Retries retries, Memories memories) {
    Map<String, Long> numbers = new TreeMap<>();
    numbers.put("state", picture.state().shown);
    numbers.put("opened", picture.opened());
    numbers.put("rejected", picture.rejected());
    numbers.put("probes", picture.probes());
    numbers.put("lostProbes", picture.lostProbes());
    numbers.put("failures", picture.failures());
    numbers.put("windowCalls", picture.windowCalls());
    numbers.put("windowFailures", picture.windowFailures());
    numbers.put("retries", retries.retried());
    numbers.put("openSinceMillis", millis(picture.openSince()));
    numbers.put("lastChangeMillis", millis(picture.lastChange()));
    numbers.put("staleReads", memories.answers());
    numbers.put("rememberedRows", memories.rows());
    numbers.put("rememberedBytes", memories.bytes());

    Map<String, Stats> parts = new TreeMap<>(backend.parts());
    Stats history = new Stats("history", Map.of(), history(picture.history()));
    parts.put(NAME, new Stats(NAME, numbers, Map.of("history", history)));
    return new Stats(backend.name(), backend.numbers(), parts);
  }

  private static Map<String, Stats> history(List<Transition> transitions) {
    Map<String, Stats> history = new TreeMap<>();
    for (int i = 0; i < transitions.size(); i++) {
      Transition change = transitions.get(i);
      String name = String.format(Locale.ROOT, "%02d", i + 1);
      history.put(
          name,
          Stats.of(
              name,
              Map.of(
                  "from",
                  change.from().shown,
                  "to",
                  change.to().shown,
                  "atMillis",
                  change.at().toEpochMilli(),
                  "failedProbes",
                  change.failedProbes())));
    }
    return history;
  }

  private static long millis(@Nullable Instant instant) {
    return instant == null ? 0 : instant.toEpochMilli();
  }

  static Optional<Finding> finding(Circuit circuit) {
    String why = circuit.reason();
    return why.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                "ZEAL-F505",
                Finding.Severity.WARNING,
                "The circuit of the backend is open: of the calls, one at a time is let through"
                    + " now and then, and the others are refused. "
                    + why.strip(),
                "See that the server can be reached and answers. The circuit closes by itself with"
                    + " the first call that is answered; without calls it stays open."));
  }
}
