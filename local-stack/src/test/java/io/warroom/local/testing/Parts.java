package io.warroom.local.testing;

import io.warroom.local.testing.Backing.FreshDatabase;

/** How {@link Backing} gets its parts. */
interface Parts extends AutoCloseable {
    Kafka startKafka();

    Postgres startPostgres();

    SchemaRegistry startRegistry();

    /** After every part is closed. */
    @Override
    void close();

    interface Kafka extends AutoCloseable {
        String bootstrapServers();

        @Override
        void close();
    }

    interface Postgres extends AutoCloseable {
        FreshDatabase newDatabase();

        @Override
        void close();
    }

    interface SchemaRegistry extends AutoCloseable {
        String url();

        @Override
        void close();
    }
}
