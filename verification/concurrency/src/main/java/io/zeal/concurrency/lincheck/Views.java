package io.zeal.concurrency.lincheck;

import io.zeal.Entry;
import io.zeal.Store;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What one store says of its rows by different calls, while nobody writes. */
final class Views {

  private Views() {}

  /** Reads, count and pages know the same rows (S5.2, S6.1). */
  static void requireAgreement(Store<?> store, List<String> keys) {
    Set<String> found =
        keys.stream().filter(store::contains).collect(Collectors.toCollection(TreeSet::new));
    List<String> paged = store.page("", keys.size() + 1).stream().map(Entry::key).sorted().toList();
    long count = store.count();
    if (count != found.size() || !paged.equals(List.copyOf(found))) {
      throw new IllegalStateException(
          "Found " + found + ", counted " + count + ", paged " + paged + ".");
    }
  }
}
