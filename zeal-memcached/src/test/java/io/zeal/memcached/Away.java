package io.zeal.memcached;

import io.zeal.Finding;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.util.concurrent.atomic.AtomicReference;

/** What is said of a server to which there is no connection. */
final class Away {

  private Away() {}

  /**
   * The reason, once it is known.
   *
   * @param config names a server that can be reached and one that cannot
   */
  static String words(ZealConfig.Builder config) {
    AtomicReference<String> words = new AtomicReference<>("");
    try (Zeal zeal = Zeal.open(config.set("zeal.memcached.timeout", "1s").build())) {
      Await.until(
          "a reason for a missing connection",
          () -> {
            zeal.inspect().stream()
                .filter(finding -> finding.code().equals("ZEAL-F602"))
                .map(Finding::found)
                .filter(found -> found.endsWith(")"))
                .forEach(words::set);
            return !words.get().isEmpty();
          });
    }
    return words.get();
  }
}
