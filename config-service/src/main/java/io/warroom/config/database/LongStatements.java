package io.warroom.config.database;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import java.util.Properties;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Lifts the limits of the request pool for work that may take minutes: migrations, which create indexes, and the commands, which
 * change everything in one transaction. A peer that is unreachable is still detected, by the connection's keep-alives.
 */
@Configuration(proxyBeanMethods = false)
public class LongStatements {

    private static final String POOL = "--spring.datasource.hikari.";

    /** Migrations run on connections of their own, outside of the pool. */
    @Bean
    FlywayConfigurationCustomizer migrationConnections(HikariDataSource pool) {
        return flyway -> {
            var properties = new Properties();
            properties.putAll(pool.getDataSourceProperties());
            properties.setProperty("socketTimeout", "0");
            if (pool.getUsername() != null) {
                properties.setProperty("user", pool.getUsername());
            }
            if (pool.getPassword() != null) {
                properties.setProperty("password", pool.getPassword());
            }
            // Not where the configuration names a database of its own for migrations.
            if (pool.equals(flyway.getDataSource())) {
                flyway.dataSource(new DriverManagerDataSource(pool.getJdbcUrl(), properties));
            }
        };
    }

    /** The arguments of a process that runs a command. */
    public static List<String> ofACommand() {
        return List.of(
                POOL + "data-source-properties.socketTimeout=0",
                POOL + "connection-init-sql=SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2;"
                        + " SET tcp_keepalives_count = 3");
    }
}
