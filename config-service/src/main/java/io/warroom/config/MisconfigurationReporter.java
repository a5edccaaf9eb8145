package io.warroom.config;

import io.warroom.config.access.UnusableAccessException;
import io.warroom.config.sealing.UnusableKeysetException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says in one line that the service does not start because of its keyset or its sign-in, in place of a page of how Spring found out.
 * Stateless. Spring Boot finds it by {@code META-INF/spring.factories}.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MisconfigurationReporter implements SpringBootExceptionReporter {

    private static final Logger log = LoggerFactory.getLogger(MisconfigurationReporter.class);

    @Override
    public boolean reportException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnusableKeysetException || cause instanceof UnusableAccessException) {
                log.error("The service does not start: {}", cause.getMessage());
                return true;
            }
        }
        return false;
    }
}
