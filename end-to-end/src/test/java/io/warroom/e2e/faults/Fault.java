package io.warroom.e2e.faults;

/**
 * One thing that goes wrong.
 *
 * @param id as the fault list numbers it, or a word where it does not
 * @param words what goes wrong
 * @param where in which surroundings
 * @param injection how it is brought about; everything is healed and judged behind it
 */
record Fault(String id, String words, Where where, Injection injection) {

    /** What a fault wants around it. */
    enum Where {
        /** The stage that faults share, one after the other. */
        SHARED,
        /** Topics, organisations and a config service of its own: it leaves them changed. */
        ALONE,
        /** Three brokers. */
        CLUSTER
    }

    /** Declares incidents and does the harm. */
    @FunctionalInterface
    interface Injection {
        void into(Cell cell) throws Exception;
    }

    static Fault shared(String id, String words, Injection injection) {
        return new Fault(id, words, Where.SHARED, injection);
    }

    static Fault alone(String id, String words, Injection injection) {
        return new Fault(id, words, Where.ALONE, injection);
    }

    static Fault cluster(String id, String words, Injection injection) {
        return new Fault(id, words, Where.CLUSTER, injection);
    }
}
