package io.zeal.benchmarks.memcached;

import io.zeal.Counter;
import io.zeal.Store;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import java.util.List;
import java.util.stream.Stream;

/** What is called, by one thread or by many. */
public enum Call {
  /** A row as a record, against a value of its size. */
  GET("get a row"),
  /** A row that is there, against a value of its size. */
  PUT("put a row"),
  /** One counter for everybody. */
  INCREMENT("increment a counter");

  final String work;

  Call(String work) {
    this.work = work;
  }

  /** Zeal by this protocol, and all peers. */
  List<Candidate> candidates(Protocol protocol) {
    return Stream.concat(
            Stream.of(new Candidate(protocol.zeal, setting -> zeal(protocol, setting))),
            Peers.all(this::peer).stream())
        .toList();
  }

  private Subject zeal(Protocol protocol, Setting setting) {
    ZealMemcached zeal = ZealMemcached.open(protocol, setting);
    Store<Player> players = zeal.players();
    Counter counter = zeal.zeal().counter("requests-" + protocol.id);
    Player player = Player.number(7);
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            String key = picks.key();
            switch (this) {
              case GET -> sink.consume(players.get(key));
              case PUT -> players.put(key, player);
              case INCREMENT -> sink.consume(counter.increment());
            }
          }
        });
  }

  private Subject peer(Peer peer, Setting setting) {
    return Subject.of(
        peer,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            String key = picks.key();
            switch (this) {
              case GET -> sink.consume(peer.get(key));
              case PUT -> sink.consume(peer.set(key));
              case INCREMENT -> sink.consume(peer.increment());
            }
          }
        });
  }
}
