package io.zeal;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * All rows of a store, a page at a time; holds nothing open between pages (S6). Not safe for
 * concurrent use.
 */
final class Pages<R> implements Iterator<Entry<R>> {

  private final Function<String, List<Entry<R>>> fetch;
  private List<Entry<R>> page = List.of();
  private int next;
  private String last = "";
  private boolean atEnd;

  Pages(Function<String, List<Entry<R>>> fetch) {
    this.fetch = fetch;
  }

  @Override
  public boolean hasNext() {
    if (next == page.size() && !atEnd) {
      page = fetch.apply(last);
      next = 0;
      atEnd = page.isEmpty();
      if (!atEnd) {
        last = page.getLast().key();
      }
    }
    return next < page.size();
  }

  @Override
  public Entry<R> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("after the last row");
    }
    return page.get(next++);
  }
}
