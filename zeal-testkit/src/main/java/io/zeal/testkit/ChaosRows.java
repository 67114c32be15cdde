package io.zeal.testkit;

import io.zeal.BulkResult;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.ZealException;
import io.zeal.spi.Announcement;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Operation;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Rows whose calls meet what is switched on. */
final class ChaosRows<R> extends ForwardingRows<R> {

  private final Calls calls;
  private final StoreSpec<R> spec;

  ChaosRows(Rows<R> rows, StoreSpec<R> spec, Calls calls) {
    super(rows);
    this.spec = spec;
    this.calls = calls;
  }

  /** As it was asked for: the announcer below is one that may not hear. */
  @Override
  public StoreSpec<R> spec() {
    return spec.announcer() == null ? super.spec() : spec;
  }

  /** What has no key of its own. */
  @Override
  protected <T> T around(Operation operation, Supplier<T> call) {
    return operation.isChange()
        ? calls.change(operation.name(), "", call)
        : calls.read(operation.name(), "", call);
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    return calls.read(Operation.READ.name(), key, () -> delegate().read(key, options));
  }

  @Override
  public Optional<R> get(String key) {
    return calls.read(Operation.GET.name(), key, () -> delegate().get(key));
  }

  @Override
  public boolean contains(String key) {
    return calls.read(Operation.CONTAINS.name(), key, () -> delegate().contains(key));
  }

  @Override
  public boolean containsCached(String key) {
    return calls.read(Operation.CONTAINS.name(), key, () -> delegate().containsCached(key));
  }

  @Override
  public OptionalLong number(String key, int column) {
    return calls.read(Operation.READ_COLUMN.name(), key, () -> delegate().number(key, column));
  }

  @Override
  public Optional<String> text(String key, int column) {
    return calls.read(Operation.READ_COLUMN.name(), key, () -> delegate().text(key, column));
  }

  @Override
  public Optional<byte[]> bytes(String key, int column) {
    return calls.read(Operation.READ_COLUMN.name(), key, () -> delegate().bytes(key, column));
  }

  @Override
  public WriteResult write(Write<R> write) {
    return calls.change(Operation.of(write).name(), write.key(), () -> delegate().write(write));
  }

  @Override
  public long add(String key, int column, long bits) {
    return calls.change(Operation.INCREMENT.name(), key, () -> delegate().add(key, column, bits));
  }

  @Override
  public BulkResult<R> getAll(Collection<String> keys) {
    return calls.readAll(
        Operation.GET_ALL.name(), keys, Function.identity(), sent -> delegate().getAll(sent));
  }

  @Override
  public BulkResult<Reading<R>> readAll(Collection<String> keys, ReadOptions options) {
    return calls.readAll(
        Operation.READ_ALL.name(),
        keys,
        Function.identity(),
        sent -> delegate().readAll(sent, options));
  }

  @Override
  public List<WriteResult> writeAll(List<Write<R>> writes) {
    return calls.spared() ? delegate().writeAll(writes) : disturbed(writes);
  }

  private List<WriteResult> disturbed(List<Write<R>> writes) {
    Calls.Trip trip = calls.trip(Operation.WRITE_ALL.name());
    List<Calls.Fate> fates = writes.stream().map(write -> trip.fate(write.key())).toList();
    List<Write<R>> sent = new ArrayList<>();
    Set<String> lost = new HashSet<>();
    for (int i = 0; i < writes.size(); i++) {
      if (fates.get(i).arrives()) {
        sent.add(writes.get(i));
      }
      if (fates.get(i).loses()) {
        lost.add(writes.get(i).key());
      }
    }
    trip.go();
    List<WriteResult> answers =
        sent.isEmpty() ? List.of() : trip.lossy(lost, () -> delegate().writeAll(sent));
    comeBack(trip, fates, answers);
    var answer = answers.iterator();
    List<WriteResult> results = new ArrayList<>(writes.size());
    for (Calls.Fate fate : fates) {
      WriteResult heard = fate.arrives() ? answer.next() : WriteResult.SKIPPED;
      results.add(fate.fault() == null ? heard : new WriteResult.Failed(trip.failed(fate)));
    }
    return results;
  }

  /** With {@code answers} to those that arrived. */
  private static void comeBack(Calls.Trip trip, List<Calls.Fate> fates, List<WriteResult> answers) {
    int unheard = 0;
    int heard = 0;
    var answer = answers.iterator();
    for (Calls.Fate fate : fates) {
      if (fate.arrives() && Calls.hasChanged(answer.next())) {
        unheard += fate.loses() ? 1 : 0;
        heard += fate.loses() ? 0 : 1;
      }
    }
    trip.comeBack(unheard, heard);
  }

  /** Whoever announces is told how that went, also if it never left. */
  @Override
  public void announce(Announcement announcement) {
    boolean[] made = {false};
    try {
      var _ =
          around(
              Operation.ANNOUNCE,
              () -> {
                made[0] = true;
                delegate().announce(LostReply.around(announcement));
                return false; // no row was changed
              });
    } catch (ZealException e) {
      if (!made[0]) {
        announcement.failed(e);
      }
      throw e;
    }
  }
}
