package io.zeal.concurrency.jcstress;

import io.zeal.CapacityException;
import io.zeal.Store;
import io.zeal.concurrency.Card;
import io.zeal.concurrency.Place;
import java.util.List;
import java.util.stream.Collectors;

/** What the actors of one run of one test meet in. Answers are texts, to be told at a glance. */
abstract class Scene {

  static final String ABSENT = "absent";

  final Place place;
  final Store<Card> store;

  Scene(Place.Kind kind) {
    place = Place.next(kind);
    store = place.store();
  }

  /** The row's owner and number, like {@code a1}. */
  final String name(String key) {
    return store.get(key).map(Card::name).orElse(ABSENT);
  }

  /** The same, by a call for many rows. */
  final String nameByGetAll(String key) {
    return store.getAll(List.of(key)).orThrow().values().stream()
        .map(Card::name)
        .collect(Collectors.joining());
  }

  /** The name of the only row there is, by a page. */
  final String nameByPage() {
    return store.page("", 9).stream()
        .map(entry -> entry.value().name())
        .collect(Collectors.joining());
  }

  /** The row's owner, number and visits, like {@code a1/2}. */
  final String whole(String key) {
    return store.get(key).map(Card::whole).orElse(ABSENT);
  }

  /** The row's visits. */
  final String visits(String key) {
    var visits = store.getLong(key, "visits");
    return visits.isPresent() ? String.valueOf(visits.getAsLong()) : ABSENT;
  }

  /** Which of these keys have a row, then how many rows there are, like {@code a c: 2}. */
  final String present(String... keys) {
    StringBuilder present = new StringBuilder();
    for (String key : keys) {
      if (store.contains(key)) {
        present.append(key).append(' ');
      }
    }
    return present.toString().strip() + ": " + store.count();
  }

  /** Puts a row, or says that the store was full. */
  final String put(String key, Card card) {
    try {
      store.put(key, card);
      return "stored";
    } catch (CapacityException e) {
      return "refused";
    }
  }

  /** Adds one to the counter if the sum is not above one. */
  final String bounded() {
    var sum = place.counter().addBounded(1, 1);
    return sum.isPresent() ? String.valueOf(sum.getAsLong()) : "none";
  }

  /** The time passes at which rows with the store's ttl expire. */
  final void expire() {
    place.clock().advance(Place.TTL_MILLIS + 1L);
  }
}
