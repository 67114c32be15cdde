package io.zeal;

/**
 * Every error Zeal itself raises, with the stable code that {@code docs/errors.md} explains.
 *
 * <p>Codes are never reused and never change their meaning. A backend that needs a code of its own
 * throws {@link BackendException} with that code.
 */
public enum ErrorCode {
  /**
   * The backend that was asked for is not on the path, or none was asked for and there is not
   * exactly one.
   */
  BACKEND_NOT_FOUND(101),
  /** A driver that was asked for is not on the path, or there is not exactly one. */
  DRIVER_NOT_FOUND(102),
  /** A setting nobody declares. */
  UNKNOWN_SETTING(103),
  /** A setting whose value cannot be read. */
  INVALID_SETTING(104),
  /** A setting that has to be given is not. */
  MISSING_SETTING(105),
  /** A part of Zeal that is needed for the call (a cache, messages) is not on the path. */
  MODULE_NOT_FOUND(106),
  /** Two plugins claim the same name or number, or one a number that is not its to have. */
  DUPLICATE_PROVIDER(107),
  /** A backend opens another, which opens the first. */
  BACKEND_OPENS_ITSELF(108),
  /** What was found at the start is not to be let pass. */
  FINDINGS_AT_START(109),

  /** A record or a builder describes columns that Zeal cannot store. */
  INVALID_SCHEMA(201),
  /** A record cannot be read or built because its package is not open to Zeal. */
  RECORD_NOT_ACCESSIBLE(202),
  /**
   * The store or counter exists with another schema or other options, or a row is of another schema
   * than its store.
   */
  SCHEMA_MISMATCH(203),
  /** A column that the schema does not have. */
  UNKNOWN_COLUMN(204),
  /** A value or an operation that does not fit the type of its column. */
  COLUMN_TYPE(205),

  /** A key that is empty, longer than the key limit, or not well-formed Unicode. */
  INVALID_KEY(211),
  /** The name of a store, counter, cache, channel or group that cannot be used. */
  INVALID_NAME(212),
  /** Any other argument outside its range. */
  INVALID_ARGUMENT(213),

  /** The store is full and its policy is to reject. */
  STORE_FULL(301),
  /** A value longer than its column. */
  VALUE_TOO_LONG(302),
  /** A number that leaves the range of its column or counter. */
  NUMBER_OUT_OF_RANGE(303),
  /** The memory or space that a store or counter needs is not there. */
  OUT_OF_SPACE(304),
  /** The server has no memory left. */
  SERVER_OUT_OF_MEMORY(305),

  /** The backend cannot be reached. */
  UNAVAILABLE(401),
  /** The deadline passed. */
  TIMEOUT(402),
  /** The calling thread was interrupted. */
  INTERRUPTED(403),
  /** The circuit breaker is open. */
  CIRCUIT_OPEN(404),
  /** The server answered with a refusal. */
  SERVER_REFUSED(405),

  /** The backend cannot do what was asked. */
  UNSUPPORTED(501),
  /** The instance, or what it belongs to, is closed. */
  CLOSED(502),

  /** A value cannot be encoded or decoded. */
  CODEC(601),
  /** The loader of a cache entry failed. */
  LOADER_FAILED(602),
  /** A loader asked for the key it is loading. */
  LOADER_RECURSION(603),

  /** Part of a call on many keys failed. */
  BULK(701);

  private final String id;

  ErrorCode(int number) {
    this.id = "ZEAL-" + number;
  }

  /** The stable code, for example {@code ZEAL-101}. */
  public String id() {
    return id;
  }
}
