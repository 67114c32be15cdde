package io.zeal.concurrency.jcstress;

import io.zeal.Entry;
import io.zeal.concurrency.Card;
import io.zeal.concurrency.Place;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Walks over a store in which rows come, go and change (S6.5). */
public final class Walks {

  private Walks() {}

  /** A store with three rows that stay. */
  abstract static class Walk extends Scene {

    private static final List<String> STAYING = List.of("x", "y", "z");

    /** More pages than there can be; a walk has an end. */
    private static final int LONGEST = 20;

    Walk() {
      super(Place.Kind.ROOMY);
      STAYING.forEach(key -> store.put(key, Card.of(key, 1)));
    }

    /** Walks, and says {@code once}, or what was missed, met twice, or no row that anybody put. */
    final String walk(int limit) {
      List<String> keys = new ArrayList<>();
      String after = "";
      for (int page = 0; page < LONGEST; page++) {
        List<Entry<Card>> rows = store.page(after, limit);
        if (rows.isEmpty()) {
          return judge(keys);
        }
        for (Entry<Card> row : rows) {
          if (!row.value().name().matches(row.key() + "[123]")) {
            return row.key() + " is " + row.value().name();
          }
          keys.add(row.key());
        }
        after = rows.getLast().key();
      }
      return "no end";
    }

    private static String judge(List<String> keys) {
      if (keys.stream().distinct().count() < keys.size()) {
        return "one twice: " + keys;
      }
      return keys.containsAll(STAYING) ? "once" : "one missed: " + keys;
    }
  }

  /** Rows come and go, in each other's memory too. */
  @JCStressTest
  @Outcome(id = "once", expect = Expect.ACCEPTABLE, desc = "all that stay, and nothing twice")
  @State
  public static class ComingAndGoing extends Walk {

    /** The scene as it is found. */
    public ComingAndGoing() {
      store.put("a", Card.of("a", 1));
    }

    /** Actor. */
    @Actor
    public void comeAndGo() {
      store.remove("a");
      store.put("b", Card.of("b", 1));
      store.put("a", Card.of("a", 2));
      store.remove("b");
    }

    /** Actor. */
    @Actor
    public void walk(L_Result answers) {
      answers.r1 = walk(1);
    }
  }

  /** The rows that stay change. */
  @JCStressTest
  @Outcome(id = "once", expect = Expect.ACCEPTABLE, desc = "every row, whole")
  @State
  public static class Replacing extends Walk {

    /** The scene as it is found. */
    public Replacing() {}

    /** Actor. */
    @Actor
    public void replace() {
      for (String key : Walk.STAYING) {
        store.put(key, Card.of(key, 2));
        store.patch(key, Card.number(3));
      }
    }

    /** Actor. */
    @Actor
    public void walk(L_Result answers) {
      answers.r1 = walk(2);
    }
  }
}
