package io.zeal.selftest;

import io.zeal.Capability;
import io.zeal.Entry;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.spi.CounterChange;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One thing broken, and the kit tests that have to notice: these and no others. */
final class Breakage {

  /** What can be broken between the typed store and the map backend's rows. */
  interface OnWrite {
    WriteResult write(BrokenRows rows, Write<Object> write);
  }

  /** As {@link OnWrite}. */
  interface OnWrites {
    List<WriteResult> write(BrokenRows rows, List<Write<Object>> writes);
  }

  /** As {@link OnWrite}. */
  interface OnRead {
    Optional<Reading<Object>> read(BrokenRows rows, String key, ReadOptions options);
  }

  /** As {@link OnWrite}. */
  interface OnContains {
    boolean contains(BrokenRows rows, String key);
  }

  /** As {@link OnWrite}. */
  interface OnNumber {
    OptionalLong number(BrokenRows rows, String key, int column);
  }

  /** As {@link OnWrite}. */
  interface OnBytes {
    Optional<byte[]> bytes(BrokenRows rows, String key, int column);
  }

  /** As {@link OnWrite}. */
  interface OnGetAll {
    Map<String, Object> getAll(BrokenRows rows, Collection<String> keys);
  }

  /** As {@link OnWrite}. */
  interface OnCount {
    long count(BrokenRows rows);
  }

  /** As {@link OnWrite}. */
  interface OnPage {
    List<Entry<Object>> page(BrokenRows rows, String after, int limit);
  }

  /** As {@link OnWrite}. */
  interface OnClear {
    void clear(BrokenRows rows);
  }

  /** What can be broken in front of a counter of the map backend. */
  interface OnCounterGet {
    long get(BrokenCounter counter);
  }

  /** As {@link OnCounterGet}. */
  interface OnChange {
    OptionalLong apply(BrokenCounter counter, CounterChange change);
  }

  /** What can be broken in front of {@code Zeal}, {@code Store} and the like, by method. */
  interface OnCall {
    Object call(Call call) throws Throwable;
  }

  final Set<String> tests;
  final String what;
  final List<Class<?>> subjects;
  final Set<Capability> missing = EnumSet.noneOf(Capability.class);
  final Map<Class<?>, Object> hooks = new HashMap<>();
  final Map<String, OnCall> calls = new HashMap<>();
  boolean separateInstances;
  boolean onServer;
  boolean oneProcess;

  private Breakage(Set<String> tests, String what, List<Class<?>> subjects) {
    this.tests = tests;
    this.what = what;
    this.subjects = subjects;
  }

  /** Nothing broken. */
  static Breakage none() {
    return new Breakage(Set.of(), "nothing is broken", Subjects.ON_TWIN);
  }

  /** {@code what} is broken and {@code tests} notice. */
  static Breakage breaking(String what, String... tests) {
    return new Breakage(new TreeSet<>(List.of(tests)), what, Subjects.STORES);
  }

  /** {@code what} is broken in caches and {@code tests} notice. */
  static Breakage breakingCaches(String what, String... tests) {
    return new Breakage(new TreeSet<>(List.of(tests)), what, Subjects.CACHES);
  }

  /** {@code what} is broken in reliable messages and {@code tests} notice. */
  static Breakage breakingReliable(String what, String... tests) {
    return new Breakage(new TreeSet<>(List.of(tests)), what, Subjects.RELIABLE);
  }

  /** {@code what} is broken in publish and subscribe and {@code tests} notice. */
  static Breakage breakingMessages(String what, String... tests) {
    return new Breakage(new TreeSet<>(List.of(tests)), what, Subjects.MESSAGES);
  }

  /** {@code what} is broken in announcements and {@code tests} notice. */
  static Breakage breakingAnnouncements(String what, String... tests) {
    return new Breakage(new TreeSet<>(List.of(tests)), what, Subjects.ANNOUNCING);
  }

  /** {@code what} is broken in copies and {@code tests} notice. */
  static Breakage breakingCopies(String what, String... tests) {
    return new Breakage(new TreeSet<>(List.of(tests)), what, Subjects.COPYING);
  }

  /** {@code what} is broken in circuits and {@code tests} notice. */
  static Breakage breakingCircuits(String what, String... tests) {
    return new Breakage(new TreeSet<>(List.of(tests)), what, Subjects.CIRCUITS);
  }

  /** Nothing broken, for what is about circuits alone. */
  static Breakage noneOfCircuits() {
    return new Breakage(Set.of(), "nothing is broken", Subjects.CIRCUITS);
  }

  /** Nothing broken, for what is about copies alone. */
  static Breakage noneOfCopies() {
    return new Breakage(Set.of(), "nothing is broken", Subjects.COPYING);
  }

  /** Nothing broken, for what is about announcements alone. */
  static Breakage noneOfAnnouncements() {
    return new Breakage(Set.of(), "nothing is broken", Subjects.ANNOUNCING);
  }

  /** Nothing broken, for what is about messages alone. */
  static Breakage noneOfMessages() {
    return new Breakage(
        Set.of(),
        "nothing is broken",
        Stream.concat(Subjects.MESSAGES.stream(), Subjects.RELIABLE.stream()).toList());
  }

  /** The backend does not claim these. */
  Breakage without(Capability... capabilities) {
    missing.addAll(List.of(capabilities));
    return this;
  }

  /** It cannot be told without a server. */
  boolean needsServer() {
    return onServer || subjects.equals(Subjects.ANNOUNCING) || subjects.equals(Subjects.COPYING);
  }

  /** A hook into rows or counters, by its interface. */
  <H> Breakage on(Class<H> type, H hook) {
    hooks.put(type, hook);
    return this;
  }

  /** A hook into a method of {@code Zeal}, {@code Store} and the like: "Store.get". */
  Breakage onCall(String method, OnCall hook) {
    calls.put(method, hook);
    return this;
  }

  /** Every instance keeps rows of its own, as if nothing was shared. */
  Breakage separatingInstances() {
    separateInstances = true;
    return this;
  }

  /** Nobody shares anything: messages are those of {@code zeal-pubsub}, inside one process. */
  Breakage inOneProcess() {
    oneProcess = true;
    return this;
  }

  /** It is about scripts: broken in front of a real server, where the twin has none. */
  Breakage onServer() {
    onServer = true;
    return this;
  }

  @SuppressWarnings("unchecked")
  <H> Optional<H> hook(Class<H> type) {
    return Optional.ofNullable((H) hooks.get(type));
  }

  List<String> testList() {
    return new ArrayList<>(tests);
  }

  @Override
  public String toString() {
    String broken = tests.isEmpty() ? what : what + " -> " + String.join(", ", tests);
    return missing.isEmpty() ? broken : broken + ", without " + missing;
  }
}
