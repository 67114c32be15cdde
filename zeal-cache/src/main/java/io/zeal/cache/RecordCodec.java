package io.zeal.cache;

import io.zeal.CodecException;
import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.ErrorCode;
import io.zeal.Schema;
import io.zeal.SchemaException;
import io.zeal.ValueType;
import io.zeal.spi.ColumnSource;
import io.zeal.spi.RowMapper;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Records of numbers, booleans, text and bytes: eight bytes of fingerprint, then the components in
 * order, numbers in their own size, text and bytes with their length before them.
 *
 * <p>The fingerprint is of the components' names and types and of nothing else. A record that was
 * renamed or moved still reads what it wrote; one whose components changed does not, and what it
 * wrote before is a miss. Whoever needs more takes JSON.
 */
final class RecordCodec implements PlaceCodec {

  /** What became of looking at a class: once for each, and no longer than it lives. */
  private sealed interface Form {

    record Flat(Schema<?> schema, long fingerprint) implements Form {}

    /** It is flat, and its package is closed. */
    record Unreachable(SchemaException cause) implements Form {}

    record NotFlat() implements Form {}
  }

  private static final int FINGERPRINT_BYTES = 8;

  private final ClassValue<Form> forms =
      new ClassValue<>() {
        @Override
        protected Form computeValue(Class<?> type) {
          return type.isRecord() ? form(type.asSubclass(Record.class)) : new Form.NotFlat();
        }
      };

  private static <R extends Record> Form form(Class<R> type) {
    try {
      Schema<R> schema = Schema.unlimited(type);
      return new Form.Flat(schema, fingerprint(schema.columns()));
    } catch (SchemaException e) {
      return e.code().equals(ErrorCode.RECORD_NOT_ACCESSIBLE.id())
          ? new Form.Unreachable(e)
          : new Form.NotFlat();
    }
  }

  /** Names are identifiers, so the separators cannot be part of one. */
  static long fingerprint(List<Column> columns) {
    String text =
        columns.stream()
            .map(column -> column.name() + ":" + column.type().name())
            .collect(Collectors.joining(","));
    return ByteBuffer.wrap(TagHash.sha256(Text.utf8(text))).getLong();
  }

  @Override
  public int id() {
    return 4;
  }

  /** Of a closed package too: the error says which line to add, whatever else is on the path. */
  @Override
  public boolean supports(ValueType<?> type) {
    return type.type() instanceof Class<?> plain && !(forms.get(plain) instanceof Form.NotFlat);
  }

  private Form.Flat flat(ValueType<?> type) {
    return switch (forms.get((Class<?>) type.type())) {
      case Form.Flat flat -> flat;
      case Form.Unreachable unreachable ->
          throw closed((Class<?>) type.type(), unreachable.cause());
      case Form.NotFlat _ -> throw new IllegalStateException("Not a flat record: " + type);
    };
  }

  private static CodecException closed(Class<?> type, SchemaException cause) {
    return new CodecException(
        ErrorCode.CODEC,
        "Record "
            + type.getName()
            + " cannot be cached: io.zeal does not reach it. Add 'opens "
            + type.getPackageName()
            + " to io.zeal;' to module "
            + type.getModule().getName()
            + ".",
        cause);
  }

  @Override
  @SuppressWarnings("unchecked") // the schema is that of T's class
  public <T> byte[] encode(T value, ValueType<T> type) {
    Form.Flat flat = flat(type);
    return encode(value, (Schema<T>) flat.schema(), flat.fingerprint());
  }

  private static <T> byte[] encode(T value, Schema<T> schema, long fingerprint) {
    RowMapper<T> mapper = schema.mapper();
    Packer packer = new Packer(64).fixed(fingerprint, FINGERPRINT_BYTES);
    for (int i = 0; i < schema.columns().size(); i++) {
      Column column = schema.column(i);
      switch (column.type()) {
        case TEXT -> packer.block(text(value, mapper, column, i, schema));
        case BYTES -> packer.block(bytes(value, mapper, column, i, schema));
        default -> packer.fixed(mapper.number(value, i), column.type().bytes());
      }
    }
    return packer.toBytes();
  }

  private static <T> byte[] text(
      T value, RowMapper<T> mapper, Column column, int position, Schema<T> schema) {
    String text;
    try {
      text = mapper.text(value, position);
    } catch (NullPointerException e) {
      throw missing(schema, column, e);
    }
    if (!Text.isWellFormed(text)) {
      throw new CodecException(
          ErrorCode.CODEC,
          where(schema, column)
              + " is not well-formed Unicode (a lone surrogate). Mend the text, or make it a"
              + " byte[].");
    }
    return Text.utf8(text);
  }

  private static <T> byte[] bytes(
      T value, RowMapper<T> mapper, Column column, int position, Schema<T> schema) {
    try {
      return mapper.bytes(value, position);
    } catch (NullPointerException e) {
      throw missing(schema, column, e);
    }
  }

  private static CodecException missing(
      Schema<?> schema, Column column, NullPointerException cause) {
    return new CodecException(
        ErrorCode.CODEC,
        where(schema, column)
            + " is null, which flat records cannot hold. Add io.zeal:zeal-cache-jackson and choose"
            + " it with "
            + Codecs.CODEC.key()
            + "=jackson.",
        cause);
  }

  private static String where(Schema<?> schema, Column column) {
    return "Component '" + column.name() + "' of " + schema.type().getName();
  }

  @Override
  @SuppressWarnings("unchecked") // the schema is that of T's class
  public <T> T decode(Payload payload, ValueType<T> type) {
    Form.Flat flat = flat(type);
    try {
      Unpacker unpacker = payload.unpacker();
      if (unpacker.fixed(FINGERPRINT_BYTES) != flat.fingerprint()) {
        throw new DamagedException("a record of other components");
      }
      return ((Schema<T>) flat.schema()).mapper().read(Values.of(flat.schema(), unpacker));
    } catch (DamagedException e) {
      throw Codecs.undecodable(type, e);
    }
  }

  /** The components, taken out in order: the mapper asks for them by position. */
  @SuppressWarnings("ArrayRecordComponent") // read once by the mapper, and gone
  private record Values(long[] numbers, Object[] others) implements ColumnSource {

    static Values of(Schema<?> schema, Unpacker unpacker) throws DamagedException {
      int count = schema.columns().size();
      Values values = new Values(new long[count], new Object[count]);
      for (int i = 0; i < count; i++) {
        ColumnType type = schema.column(i).type();
        switch (type) {
          case TEXT -> values.others[i] = unpacker.text();
          case BYTES -> values.others[i] = unpacker.block();
          default -> values.numbers[i] = unpacker.fixed(type.bytes());
        }
      }
      unpacker.requireEnd();
      return values;
    }

    @Override
    public long number(int column) {
      return numbers[column];
    }

    @Override
    public String text(int column) {
      return (String) others[column];
    }

    @Override
    public byte[] bytes(int column) {
      return (byte[]) others[column];
    }
  }
}
