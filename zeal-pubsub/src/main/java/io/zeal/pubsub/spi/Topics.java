package io.zeal.pubsub.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which mailboxes want which channels. Safe for concurrent use; adding and removing copies what it
 * changes, so that who looks up never waits.
 */
public final class Topics {

  private final Map<String, List<Mailbox>> channels = new ConcurrentHashMap<>();
  private final Map<Glob, List<Mailbox>> patterns = new ConcurrentHashMap<>();

  /** Nobody wants anything yet. */
  public Topics() {}

  /** Adds a mailbox for one channel; answers whether it is the channel's first. */
  public boolean add(String channel, Mailbox mailbox) {
    return add(channels, channel, mailbox);
  }

  /** Adds a mailbox for a pattern; answers whether it is the pattern's first. */
  public boolean add(Glob pattern, Mailbox mailbox) {
    return add(patterns, pattern, mailbox);
  }

  /** Removes a mailbox from one channel; answers whether it was there and the last one. */
  public boolean remove(String channel, Mailbox mailbox) {
    return remove(channels, channel, mailbox);
  }

  /** Removes a mailbox from a pattern; answers whether it was there and the last one. */
  public boolean remove(Glob pattern, Mailbox mailbox) {
    return remove(patterns, pattern, mailbox);
  }

  /** Who subscribed to the channel itself. */
  public List<Mailbox> of(String channel) {
    return channels.getOrDefault(channel, List.of());
  }

  /** Who subscribed to this very pattern. */
  public List<Mailbox> of(Glob pattern) {
    return patterns.getOrDefault(pattern, List.of());
  }

  /** Who subscribed to the channel itself or to a pattern that matches it, each as often as so. */
  public List<Mailbox> receivers(String channel) {
    List<Mailbox> exact = of(channel);
    if (patterns.isEmpty()) {
      return exact;
    }
    List<Mailbox> all = new ArrayList<>(exact);
    patterns.forEach((pattern, mailboxes) -> {
      if (pattern.matches(channel)) {
        all.addAll(mailboxes);
      }
    });
    return all;
  }

  /** The channels that somebody wants, as they are now. */
  public Set<String> channels() {
    return Set.copyOf(channels.keySet());
  }

  /** The patterns that somebody wants, as they are now. */
  public Set<Glob> patterns() {
    return Set.copyOf(patterns.keySet());
  }

  private static <K> boolean add(Map<K, List<Mailbox>> map, K key, Mailbox mailbox) {
    return map.merge(key, List.of(mailbox), Topics::joined).size() == 1;
  }

  private static List<Mailbox> joined(List<Mailbox> former, List<Mailbox> one) {
    List<Mailbox> all = new ArrayList<>(former);
    all.addAll(one);
    return List.copyOf(all);
  }

  private static <K> boolean remove(Map<K, List<Mailbox>> map, K key, Mailbox mailbox) {
    boolean[] last = {false}; // written inside the map's atomic step, read behind it
    map.computeIfPresent(
        key,
        (same, former) -> {
          List<Mailbox> rest = new ArrayList<>(former);
          last[0] = rest.remove(mailbox) && rest.isEmpty();
          return rest.isEmpty() ? null : List.copyOf(rest);
        });
    return last[0];
  }
}
