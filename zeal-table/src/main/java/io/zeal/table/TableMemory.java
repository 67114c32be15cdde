package io.zeal.table;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The parts of a table in memory: the header, the intents, the hints of free rows and the bounds of
 * expiry, which are there from the beginning, and buckets and rows.
 */
final class TableMemory {

  final TableLayout layout;
  final long seed;
  final TableHeader header;
  final RowMemory rows;
  final Index index;
  final FreeRows free;
  final ExpiryTree expiry;
  final RowCodec codec;
  final Processes processes;
  final Recovery recovery;
  final Intents intents;

  /** How whoever wants a place among the processes gets it. */
  interface Joining {
    Processes join(TableHeader header, Recovery recovery);
  }

  private TableMemory(
      TableLayout layout,
      long seed,
      MemorySegment fixed,
      ChunkedMemory buckets,
      ChunkedMemory rowChunks,
      Joining joining) {
    this.layout = layout;
    this.seed = seed;
    this.header = new TableHeader(fixed);
    long words = layout.intents(layout.processes());
    this.rows = new RowMemory(rowChunks);
    this.index = new Index(layout, buckets);
    this.codec = new RowCodec(layout);
    this.free = new FreeRows(header, words, rows, layout);
    this.expiry = new ExpiryTree(fixed, words + layout.freeWords() * Long.BYTES, layout);
    this.recovery = new Recovery(layout, header, rows, index, free, codec);
    this.processes = joining.join(header, recovery);
    this.intents = new Intents(header, layout, processes, recovery);
  }

  /** Memory of this process, allocated as rows come. */
  static TableMemory anonymous(
      Arena arena, String owner, TableLayout layout, long seed, Waits waits) {
    MemorySegment fixed = ChunkedMemory.Allocation.of(arena, layout.fixedBytes(), 64, owner);
    TableMemory memory =
        new TableMemory(
            layout,
            seed,
            fixed,
            new ChunkedMemory(arena, owner, layout.buckets(), Index.BUCKET_BYTES, waits),
            new ChunkedMemory(arena, owner, layout.rows(), layout.rowBytes(), waits),
            (header, recovery) -> Processes.alone());
    memory.expiry.clear();
    return memory;
  }

  /** Memory that is there already, in one piece, and was {@link #prepare prepared} once. */
  static TableMemory of(MemorySegment all, TableLayout layout, long seed, Joining joining) {
    long buckets = layout.buckets() * Index.BUCKET_BYTES;
    long fixed = layout.fixedBytes();
    return new TableMemory(
        layout,
        seed,
        all.asSlice(0, fixed),
        ChunkedMemory.of(all.asSlice(fixed, buckets), Index.BUCKET_BYTES),
        ChunkedMemory.of(
            all.asSlice(fixed + buckets, layout.rows() * layout.rowBytes()), layout.rowBytes()),
        joining);
  }

  /** Makes memory that is all zeros that of a table without rows. */
  static void prepare(MemorySegment all, TableLayout layout, long seed) {
    of(all, layout, seed, (header, recovery) -> Processes.alone()).expiry.clear();
  }

  long committedBytes() {
    return layout.fixedBytes() + index.committedBytes() + rows.committedBytes();
  }
}
