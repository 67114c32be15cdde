package io.zeal.redis;

import io.zeal.ColumnType;
import io.zeal.redis.Bucket.Generation;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.Condition;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A write as keys and arguments of {@code write.lua}. */
final class WriteForm<R> {

  /** Longer than this is for ever: the server's clock is milliseconds in a double. */
  private static final long LONGEST_TTL = 1L << 51;

  private static final byte[] NO = Names.bytes("0");
  private static final byte[] YES = Names.bytes("1");

  private final StoreSpec<R> spec;
  private final RowForm<R> form;
  private final ServerScript change;
  private final ServerScript plainAdd;

  /** Puts several rows; null if there are too many columns for it. */
  private final @Nullable ServerScript putAll;

  WriteForm(StoreSpec<R> spec, RowForm<R> form) {
    this.spec = spec;
    this.form = form;
    this.change = announcedIfAsked(ServerScript.WRITE);
    this.plainAdd = announcedIfAsked(ServerScript.ADD);
    int columns = form.fields().size();
    this.putAll =
        columns <= ServerScript.MOST_COLUMNS
            ? announcedIfAsked(ServerScript.putAll(columns))
            : null;
  }

  private ServerScript announcedIfAsked(ServerScript script) {
    return spec.announcer() == null ? script : script.announced();
  }

  /** A request for one generation of its bucket. */
  record Prepared(Request request, Bucket bucket, Generation generation) {

    /** The server has another generation, or none. */
    void learn(Reply current) {
      if (current instanceof Reply.Bytes(byte[] token) && token.length > 0) {
        bucket.saw(token);
      } else {
        bucket.sawNone();
      }
    }

    /** The server has this generation. */
    void happened() {
      bucket.remember(generation);
    }
  }

  /**
   * One request for one write.
   *
   * @param announced its announcement; null in a store without
   */
  Prepared prepare(Write<R> write, byte[] key, Bucket bucket, @Nullable AnnouncedStep announced) {
    Generation seen = bucket.seen();
    Generation generation = seen == null ? bucket.invent() : seen;
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(generation.token);
    arguments.add(seen == null ? YES : NO);
    arguments.add(key);
    arguments.add(text(ttl(write)));
    ServerScript script = change;
    if (write instanceof Write.Add<R> add && isPlainLong(add)) {
      script = plainAdd;
      arguments.add(form.field(add.column()));
      arguments.add(text(add.bits()));
      form.addZeros(arguments);
    } else {
      addCondition(write.condition(), arguments);
      addAction(write, arguments);
    }
    List<byte[]> names = new ArrayList<>(5);
    names.add(bucket.generationKey);
    names.add(generation.row(key));
    names.add(generation.members);
    names.add(generation.expiries);
    if (announced != null) {
      announced.addTo(names, arguments);
    }
    return new Prepared(Request.write(script, names, arguments), bucket, generation);
  }

  /** With one column alone a new row cannot be told from an old one by its fields. */
  private boolean isPlainLong(Write.Add<R> add) {
    return add.condition() instanceof Condition.Always<R>
        && form.type(add.column()) == ColumnType.LONG
        && form.fields().size() > 1;
  }

  private static byte[] text(long number) {
    return number == 0 ? NO : Names.bytes(Long.toString(number));
  }

  /** Whether {@link #prepareAll} takes it. */
  boolean isPlainPut(Write<R> write) {
    return putAll != null
        && write instanceof Write.Put<R> put
        && put.ttlMillis() != Write.KEEP
        && write.condition() instanceof Condition.Always<R>;
  }

  /** One request for plain puts of one bucket with one time to live; as many keys as writes. */
  Prepared prepareAll(
      List<Write<R>> puts, List<byte[]> keys, Bucket bucket, @Nullable AnnouncedStep announced) {
    Generation seen = bucket.seen();
    Generation generation = seen == null ? bucket.invent() : seen;
    List<byte[]> names = new ArrayList<>(4 + keys.size());
    names.add(bucket.generationKey);
    names.add(generation.members);
    names.add(generation.expiries);
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(generation.token);
    arguments.add(seen == null ? YES : NO);
    arguments.add(Names.bytes(Long.toString(ttl(puts.getFirst()))));
    arguments.add(Names.bytes(Integer.toString(generation.keyBegin())));
    arguments.addAll(form.fields());
    for (int i = 0; i < puts.size(); i++) {
      names.add(generation.row(keys.get(i)));
      if (puts.get(i) instanceof Write.Put<R> put) {
        form.addValues(put.row(), arguments);
      }
    }
    if (announced != null) {
      announced.addTo(names, arguments);
    }
    return new Prepared(
        Request.write(Objects.requireNonNull(putAll), names, arguments), bucket, generation);
  }

  long ttl(Write<R> write) {
    long ttl =
        switch (write) {
          case Write.Put<R> put -> put.ttlMillis();
          case Write.Touch<R> touch -> touch.ttlMillis();
          case Write.Add<R> add -> spec.ttlMillis(); // for a row that is not there yet
          default -> Write.KEEP;
        };
    return ttl > LONGEST_TTL ? 0 : ttl;
  }

  private void addCondition(Condition<R> condition, List<byte[]> arguments) {
    List<byte[]> expected = new ArrayList<>();
    String name =
        switch (condition) {
          case Condition.Always<R> always -> "always";
          case Condition.Absent<R> absent -> "absent";
          case Condition.Present<R> present -> "present";
          case Condition.RowEquals<R>(R row) -> {
            form.addRow(row, expected);
            yield "equal";
          }
          case Condition.ColumnEquals<R>(int column, Object value) -> {
            form.addColumn(column, value, expected);
            yield "equal";
          }
        };
    arguments.add(Names.bytes(name));
    arguments.add(Names.bytes(Integer.toString(expected.size())));
    arguments.addAll(expected);
  }

  private void addAction(Write<R> write, List<byte[]> arguments) {
    switch (write) {
      case Write.Put<R> put -> {
        arguments.add(Names.bytes("put"));
        form.addRow(put.row(), arguments);
      }
      case Write.Patch<R> patch -> {
        arguments.add(Names.bytes("patch"));
        for (Write.Change change : patch.changes()) {
          form.addColumn(change.column(), change.value(), arguments);
        }
      }
      case Write.Touch<R> touch -> arguments.add(Names.bytes("touch"));
      case Write.Remove<R> remove -> arguments.add(Names.bytes("remove"));
      case Write.Add<R> add -> {
        ColumnType type = form.type(add.column());
        arguments.add(Names.bytes("add"));
        arguments.add(form.field(add.column()));
        arguments.add(RowForm.number(type, add.bits()));
        arguments.add(Names.bytes(kind(type)));
        arguments.add(Names.bytes(type.isInteger() ? Long.toString(type.minValue()) : ""));
        arguments.add(Names.bytes(type.isInteger() ? Long.toString(type.maxValue()) : ""));
        form.addZeros(arguments);
      }
    }
  }

  private static String kind(ColumnType type) {
    return switch (type) {
      case LONG -> "long";
      case FLOAT -> ">f";
      case DOUBLE -> ">d";
      default -> "integer";
    };
  }
}
