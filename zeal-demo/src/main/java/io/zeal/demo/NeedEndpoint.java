package io.zeal.demo;

import io.zeal.Zeal;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /demo/needs}: what the page needs of its backend, and why it cannot be had. Asks no
 * server, so that the page knows what to offer before it asks for anything else.
 */
final class NeedEndpoint {

  private final Zeal zeal;

  NeedEndpoint(Zeal zeal) {
    this.zeal = zeal;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/demo/needs", this::show);
  }

  record NeedsAnswer(String backend, List<NeedAnswer> needs) {}

  /**
   * A need.
   *
   * @param error what a request that needs it ends in; absent if the backend has it
   */
  record NeedAnswer(String need, String capability, Problem.@Nullable Detail error) {}

  private void show(Exchange exchange) throws IOException {
    var _ = exchange.query();
    exchange.json(
        200,
        new NeedsAnswer(
            zeal.info().name(), Arrays.stream(Need.values()).map(this::answer).toList()));
  }

  private NeedAnswer answer(Need need) {
    return new NeedAnswer(
        need.name(),
        need.capability().name(),
        need.refusal(zeal.info()).map(refusal -> Problem.of(refusal).detail()).orElse(null));
  }
}
