package io.zeal.cache;

import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one cache in files, for a life longer than the process.
 *
 * <p>Everything is a record in a log of segments; an index in the heap knows where the last record
 * of each key is. A call that changes something returns after its record reached the operating
 * system, so a process that is killed at any instant loses nothing it was told is done, and opening
 * replays the log in order. What comes back is the last value that was put, or nothing: never a
 * value that was removed, replaced or cleared, and never bytes that fail their checksum.
 *
 * <p>One lock orders appends and the changes of the index that go with them; reading takes none.
 * The format is in {@code docs/cache-files.md}.
 */
final class FileTier implements AutoCloseable {

  private static final String RESTARTED =
      "began empty because the machine was restarted, or it is unknown whether it was, and the cache had"
          + " not been closed";
  private static final String DAMAGED_STATE =
      "began empty because the file 'state' is damaged or of another format";
  private static final String NO_STATE =
      "began empty because there is no file 'state': an earlier opening failed, or it was deleted";
  private static final String DAMAGED =
      "parts of the files were damaged; what they may have changed is dropped";
  private static final String LOST =
      "started empty: parts of the files were damaged, and nobody knows what they said";

  private final LogSettings settings;
  private final InstantSource clock;
  private final SegmentLog log;
  private final FileTierReclaim reclaim;
  private final Runnable onClose;
  private final @Nullable String note;
  private final long lostSegments;

  private final ReentrantLock lock = new ReentrantLock();
  // Replaced under lock by clear; changed under lock, read without.
  private volatile ConcurrentHashMap<String, LogLocation> index;
  // Written under lock.
  private volatile Life life = Life.OPEN;
  // A hint; written by anyone.
  private volatile @Nullable Segment lastGrown;

  private final AtomicLong evicted = new AtomicLong();
  private final AtomicLong damaged = new AtomicLong();
  private final AtomicLong failedWrites = new AtomicLong();

  /** A value as it was put. */
  static final class Stored {

    private final byte[] bytes;
    private final long expireAtMillis;
    private final long sequence;

    Stored(byte[] bytes, long expireAtMillis, long sequence) {
      this.bytes = bytes;
      this.expireAtMillis = expireAtMillis;
      this.sequence = sequence;
    }

    /** The value, in an array of its own. */
    byte[] bytes() {
      return bytes;
    }

    /** The last millisecond in which it is there; 0 for no end. */
    long expireAtMillis() {
      return expireAtMillis;
    }

    /** What {@link #put} returned. */
    long sequence() {
      return sequence;
    }
  }

  /** Two numbers that the cache keeps here under a name. */
  record Mark(long first, long second) {}

  private enum Life {
    OPEN,
    /** Holds nothing, and nothing can come back. */
    GIVEN_UP,
    /** Holds nothing, but the files could not be given up: what they hold may come back. */
    STUCK,
    CLOSED
  }

  private FileTier(
      FileTierOptions options,
      SegmentLog log,
      Map<String, LogLocation> entries,
      @Nullable LogReplay replay,
      @Nullable String note,
      Runnable onClose) {
    this.settings = log.settings();
    this.clock = options.clock();
    this.log = log;
    this.index = new ConcurrentHashMap<>(entries);
    this.note = note;
    this.lostSegments = replay == null ? 0 : replay.lostSegments();
    this.damaged.set(replay == null ? 0 : replay.damagedRecords());
    this.onClose = onClose;
    this.reclaim = new FileTierReclaim(this, options.executor());
  }

  /**
   * Opens the log in these files, or begins one.
   *
   * @param onClose runs after the files were let go
   * @throws IOException if that cannot be done; what is there is not believed later either, since
   *     nobody writes down what is removed until then
   */
  static FileTier open(
      SegmentFiles files, FileTierOptions options, LogSettings settings, Runnable onClose)
      throws IOException {
    try {
      return openLog(files, options, settings, onClose);
    } catch (IOException e) {
      try {
        files.delete(LogState.NAME);
      } catch (IOException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  private static FileTier openLog(
      SegmentFiles files, FileTierOptions options, LogSettings settings, Runnable onClose)
      throws IOException {
    var state = files.content(LogState.NAME).flatMap(LogState::of);
    if (state.isEmpty()) {
      return empty(files, options, settings, onClose, whyWithoutState(files));
    }
    if (!state.get().isTrusted(settings.boot())) {
      return empty(files, options, settings, onClose, RESTARTED);
    }
    var powerLost = !state.get().closed() && !state.get().isOf(settings.boot());
    var replay = new LogReplay(files, state.get(), settings, powerLost, options.clock().millis());
    replay.run();
    if (replay.isLost()) {
      return new FileTier(
          options,
          SegmentLog.empty(files, settings, options.clock()),
          Map.of(),
          replay,
          LOST,
          onClose);
    }
    var log = SegmentLog.after(replay, state.get(), files, settings, options.clock());
    var note = replay.damagedRecords() > 0 ? DAMAGED : null;
    return new FileTier(options, log, replay.content().entries(), replay, note, onClose);
  }

  /** Null where there was nothing before either. */
  private static @Nullable String whyWithoutState(SegmentFiles files) throws IOException {
    if (files.content(LogState.NAME).isPresent()) {
      return DAMAGED_STATE;
    }
    return files.names().stream().anyMatch(name -> name.endsWith(Segment.SUFFIX)) ? NO_STATE : null;
  }

  private static FileTier empty(
      SegmentFiles files,
      FileTierOptions options,
      LogSettings settings,
      Runnable onClose,
      @Nullable String note)
      throws IOException {
    var log = SegmentLog.empty(files, settings, options.clock());
    return new FileTier(options, log, Map.of(), null, note, onClose);
  }

  /** What the owner of the cache should know of how the tier was opened. */
  Optional<String> note() {
    return Optional.ofNullable(note);
  }

  /** The value of a key, if there is one that has not expired and is whole. */
  Optional<Stored> get(String key) {
    while (true) {
      var location = index.get(key);
      if (location == null || location.isExpired(clock.millis())) {
        checkNotClosed();
        return Optional.empty();
      }
      var record = read(location);
      if (record != null) {
        return stored(key, location, record);
      }
      if (index.get(key) == location) {
        // Its segment went for lack of room, and the index will follow.
        checkNotClosed();
        return Optional.empty();
      }
    }
  }

  private Optional<Stored> stored(String key, LogLocation location, byte[] record) {
    var header = wholeHeader(location, record, key);
    if (header == null) {
      damaged.incrementAndGet();
      forget(key, location);
      return Optional.empty();
    }
    var value =
        Arrays.copyOfRange(record, LogRecord.HEADER_BYTES + header.keyBytes(), record.length);
    return Optional.of(new Stored(value, location.expireAtMillis, location.version));
  }

  /** The record at a place; null if the segment is gone. */
  private byte @Nullable [] read(LogLocation location) {
    try {
      return location.segment.read(location.offset, location.length);
    } catch (IOException e) {
      // A disk that cannot read it, or a file that somebody cut: not whole, like any damage.
      return location.segment.isGone() ? null : LogRecord.NOTHING;
    }
  }

  private static LogRecord.@Nullable Header wholeHeader(
      LogLocation location, byte[] record, String key) {
    if (record.length != location.length) {
      return null;
    }
    var header = LogRecord.header(record, 0, location.segment.seed());
    if (header == null
        || header.length() != record.length
        || !header.isBody(record, LogRecord.HEADER_BYTES)) {
      return null;
    }
    var found =
        new String(record, LogRecord.HEADER_BYTES, header.keyBytes(), StandardCharsets.UTF_8);
    return found.equals(key) ? header : null;
  }

  /**
   * Whether the last value put under a key is still the one with this sequence, and alive. Says
   * nothing of what another thread does next.
   */
  boolean isCurrent(String key, long sequence) {
    var location = index.get(key);
    return location != null && location.version == sequence && !location.isExpired(clock.millis());
  }

  /**
   * Puts a value in the place of any earlier one and returns its sequence, which no other value of
   * this tier has.
   *
   * @param expireAtMillis the last millisecond in which it is there; 0 for no end
   * @throws FileTierException if it could not be written; the earlier value is still there then
   */
  long put(String key, byte[] value, long expireAtMillis) {
    var keyBytes = utf8(key);
    long bytes = (long) LogRecord.HEADER_BYTES + keyBytes.length + value.length;
    if (bytes > settings.largestRecord()) {
      throw new FileTierException(
          FileTierException.Reason.TOO_LARGE,
          "A record of "
              + bytes
              + " bytes; this file tier of "
              + settings.maxBytes()
              + " bytes keeps records up to "
              + settings.largestRecord(),
          null);
    }
    var record = LogRecord.unnumbered(LogRecord.Kind.PUT, keyBytes, value, expireAtMillis);
    LogLocation location;
    lock.lock();
    try {
      checkOpen();
      location = log.appendEntry(record);
      replace(key, location);
    } catch (IOException e) {
      throw notWritten(e);
    } finally {
      lock.unlock();
    }
    settle(location);
    return location.version;
  }

  private FileTierException notWritten(IOException e) {
    failedWrites.incrementAndGet();
    return new FileTierException(
        FileTierException.Reason.NOT_WRITTEN,
        "Nothing was written to the files of the cache: " + e.getMessage(),
        e);
  }

  private void replace(String key, LogLocation location) {
    var previous = index.put(key, location);
    location.segment.lives(location);
    if (previous != null) {
      uncount(previous);
    }
  }

  private static void uncount(LogLocation location) {
    location.segment.died(location);
  }

  /**
   * Ends what is there under a key, also what is there no longer and could come back by a clock
   * that is set back. Holds with a full disk. Returns whether a value was there.
   *
   * @throws FileTierException only if it cannot be made to hold
   */
  boolean remove(String key) {
    var record = LogRecord.unnumbered(LogRecord.Kind.REMOVE, utf8(key), LogRecord.NOTHING, 0);
    boolean removed;
    LogLocation location;
    lock.lock();
    try {
      var previous = index.get(key);
      location = control(() -> log.appendControl(record));
      removed = previous != null && !previous.isExpired(clock.millis());
      if (previous != null && index.remove(key, previous)) {
        uncount(previous);
      }
    } finally {
      lock.unlock();
    }
    settle(location);
    return removed;
  }

  /** Ends everything that is there, the marks too. Holds with a full disk. */
  void clear() {
    LogLocation location;
    lock.lock();
    try {
      location = control(log::appendClear);
      index = new ConcurrentHashMap<>();
    } finally {
      lock.unlock();
    }
    settle(location);
    reclaim.request();
  }

  /**
   * Keeps two numbers under a name, in the place of earlier ones. Holds with a full disk, if at
   * all: after damage or a disk that failed a mark may be missing, but never has an earlier value.
   *
   * @throws FileTierException also if all marks together take too much; nothing is changed then
   */
  void mark(String name, long first, long second) {
    LogLocation location;
    lock.lock();
    try {
      if (life == Life.OPEN && !log.markFits(name)) {
        throw new FileTierException(
            FileTierException.Reason.TOO_LARGE,
            "No room for one more mark: all together may take "
                + settings.largestMarks()
                + " bytes. Clear the tier, or drop marks",
            null);
      }
      location = control(() -> log.appendMark(name, first, second));
    } finally {
      lock.unlock();
    }
    settle(location);
  }

  /** Drops a mark. */
  void unmark(String name) {
    LogLocation location;
    lock.lock();
    try {
      location = control(() -> log.appendUnmark(name));
    } finally {
      lock.unlock();
    }
    settle(location);
  }

  /** All marks as they are now; none if the tier was given up. */
  Map<String, Mark> marks() {
    if (life != Life.OPEN) {
      checkNotClosed();
      return Map.of();
    }
    return log.marks().entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Map.Entry::getKey, it -> new Mark(it.getValue().first(), it.getValue().second())));
  }

  /** An append that must not fail for lack of space. */
  private interface Control {
    LogLocation append() throws IOException;
  }

  /** Appends, or gives up everything that the record would have ended; null if there is no log. */
  private @Nullable LogLocation control(Control control) {
    if (life == Life.OPEN) {
      try {
        return control.append();
      } catch (IOException e) {
        failedWrites.incrementAndGet();
        startOver();
      }
    } else if (life == Life.STUCK) {
      giveUpAgain();
    }
    checkNotClosed();
    if (life == Life.STUCK) {
      throw new FileTierException(
          FileTierException.Reason.UNUSABLE,
          "The files of the cache can neither be written nor deleted; after a restart an old value"
              + " may come back. Delete the directory",
          null);
    }
    return null;
  }

  /** Empties the tier, since it could not be written what is no longer valid. */
  private void startOver() {
    evicted.addAndGet(index.size());
    index = new ConcurrentHashMap<>();
    try {
      life = log.startOver() ? Life.OPEN : Life.GIVEN_UP;
    } catch (IOException e) {
      life = Life.STUCK;
    }
  }

  private void giveUpAgain() {
    try {
      log.disown();
      life = Life.GIVEN_UP;
    } catch (IOException e) {
      // Still stuck.
    }
  }

  /** What has to be done after an append, without the lock. */
  private void settle(@Nullable LogLocation location) {
    if (location == null) {
      return;
    }
    if (settings.sync()) {
      force(location);
    }
    if (location.segment != lastGrown) {
      // Once for each segment is often enough, and twice does no harm.
      lastGrown = location.segment;
      reclaim.request();
    }
  }

  private void force(LogLocation location) {
    try {
      location.segment.forceTo(location.end());
    } catch (IOException e) {
      // What is on disk now is anybody's guess, and asking again may answer wrongly.
      lock.lock();
      try {
        failedWrites.incrementAndGet();
        if (life == Life.OPEN) {
          startOver();
        }
      } finally {
        lock.unlock();
      }
      throw new FileTierException(
          FileTierException.Reason.UNUSABLE,
          "The files of the cache cannot be forced to disk, so they were emptied: "
              + e.getMessage(),
          e);
    }
  }

  /** How many values there are, those included that expired since the last sweep. */
  long count() {
    return index.mappingCount();
  }

  /** The bytes of all segments on disk. */
  long bytes() {
    return log.bytes();
  }

  /** The keys as they are while others change them. */
  List<String> keys() {
    return new ArrayList<>(index.keySet());
  }

  /** Forgets values that expired; reads no file. Returns how many. */
  long sweep() {
    long now = clock.millis();
    long swept = 0;
    for (var entry : index.entrySet()) {
      if (entry.getValue().isExpired(now) && forget(entry.getKey(), entry.getValue())) {
        swept++;
      }
    }
    reclaim.request();
    return swept;
  }

  /**
   * Forgets values that expired, and those of which {@code dead} says that nobody wants them; reads
   * every value. What is forgotten this way may be there again after opening anew, so it has to be
   * invalid by something that is stored too. Returns how many.
   */
  long sweep(Predicate<Stored> dead) {
    long swept = 0;
    for (var entry : index.entrySet()) {
      var location = entry.getValue();
      var stored = get(entry.getKey());
      var unwanted =
          stored.isEmpty()
              || (stored.get().sequence() == location.version && dead.test(stored.get()));
      if (unwanted && forget(entry.getKey(), location)) {
        swept++;
      }
    }
    reclaim.request();
    return swept;
  }

  /** Takes a place out of the index if it is still there; the log says nothing of it. */
  private boolean forget(String key, LogLocation location) {
    lock.lock();
    try {
      var removed = index.remove(key, location);
      if (removed) {
        uncount(location);
      }
      return removed;
    } finally {
      lock.unlock();
    }
  }

  FileTierStats stats() {
    lock.lock();
    try {
      return new FileTierStats(
          count(),
          bytes(),
          log.liveBytes(),
          evicted.get(),
          damaged.get(),
          lostSegments,
          failedWrites.get());
    } finally {
      lock.unlock();
    }
  }

  /** Forces everything to disk, so that it is there even after a loss of power; lets files go. */
  @Override
  public void close() {
    Life before;
    lock.lock();
    try {
      if (life == Life.CLOSED) {
        return;
      }
      before = life;
      life = Life.CLOSED;
    } finally {
      lock.unlock();
    }
    reclaim.stop();
    lock.lock();
    try {
      index = new ConcurrentHashMap<>();
      if (before == Life.OPEN) {
        log.close();
      } else {
        log.letGo();
      }
    } catch (IOException e) {
      // The state still says open: what is there is believed as after a kill.
      failedWrites.incrementAndGet();
    } finally {
      lock.unlock();
      onClose.run();
    }
  }

  private void checkNotClosed() {
    if (life == Life.CLOSED) {
      throw new FileTierException(
          FileTierException.Reason.CLOSED, "The file tier was closed", null);
    }
  }

  private void checkOpen() {
    checkNotClosed();
    if (life != Life.OPEN) {
      throw new FileTierException(
          FileTierException.Reason.GIVEN_UP,
          "An earlier error of the disk ended the file tier; open the cache anew",
          null);
    }
  }

  /** Refuses lone surrogates, which would all become the same question mark. */
  private static byte[] utf8(String key) {
    try {
      var encoded =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(key));
      var bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("The key is not well-formed Unicode", e);
    }
  }

  // What the work that makes room is made of; each step takes the lock for itself.

  /** What may be done next to make room: see {@link FileTierReclaim}. */
  @Nullable Segment oldest() {
    return locked(log::oldest);
  }

  long newestId() {
    var newest = locked(log::newestId);
    return newest == null ? 0 : newest;
  }

  List<Segment> finished() {
    var finished = locked(log::finished);
    return finished == null ? List.of() : finished;
  }

  /** What all segments count as; never less than their bytes. */
  long weight() {
    return log.weight();
  }

  long liveWeight() {
    var live = locked(log::liveWeight);
    return live == null ? 0 : live;
  }

  LogSettings settings() {
    return settings;
  }

  private <T> @Nullable T locked(Supplier<@Nullable T> step) {
    lock.lock();
    try {
      return life == Life.OPEN ? step.get() : null;
    } finally {
      lock.unlock();
    }
  }

  /** Appends again what is still wanted of a segment; readers see each value all the time. */
  void moveEntries(Segment from, BooleanSupplier goOn) throws IOException {
    for (var entry : index.entrySet()) {
      if (!goOn.getAsBoolean()) {
        return;
      }
      if (entry.getValue().segment == from) {
        move(entry.getKey(), entry.getValue());
      }
    }
  }

  private void move(String key, LogLocation from) throws IOException {
    var record = from.isExpired(clock.millis()) ? LogRecord.NOTHING : read(from);
    if (record == null) {
      return;
    }
    if (wholeHeader(from, record, key) == null) {
      if (record.length > 0) {
        damaged.incrementAndGet();
      }
      forget(key, from);
      return;
    }
    lock.lock();
    try {
      if (life == Life.OPEN && index.get(key) == from) {
        replace(key, log.appendAgain(record, from.version));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets a segment go, if it is still the oldest. */
  void drop(Segment oldest) throws IOException {
    lock.lock();
    try {
      if (life == Life.OPEN && log.oldest() == oldest) {
        log.dropOldest();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes out of the index what went with its segment. */
  void purge() {
    for (var entry : index.entrySet()) {
      if (entry.getValue().segment.isGone()) {
        evicted.incrementAndGet(); // first: whoever counts entries asks whether any was lost
        if (!index.remove(entry.getKey(), entry.getValue())) {
          evicted.decrementAndGet();
        }
      }
    }
  }
}
