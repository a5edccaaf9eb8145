package io.warroom.config.console;

import io.warroom.config.access.CurrentCaller;
import io.warroom.config.access.WaysIn;
import io.warroom.config.app.AppDesk;
import io.warroom.config.audit.AuditTrail;
import io.warroom.config.incident.Incidents;
import io.warroom.config.member.Members;
import io.warroom.config.retry.Retries;
import io.warroom.config.room.RoomBoard;
import io.warroom.config.token.ApiTokens;
import java.time.Clock;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.LocaleResolver;

/** The pages, and whom each one asks. */
@Configuration(proxyBeanMethods = false)
public class ConsoleWiring {

    /** By this name the dispatcher finds it. */
    @Bean
    LocaleResolver localeResolver() {
        return Languages.resolver();
    }

    @Bean
    Frame frame(CurrentCaller callers) {
        return new Frame(callers);
    }

    @Bean
    Tenants tenants(Jdbi jdbi) {
        return new Tenants(jdbi);
    }

    @Bean
    HomePages homePages(WaysIn waysIn, CurrentCaller callers, Tenants tenants) {
        return new HomePages(waysIn, callers, tenants);
    }

    @Bean
    Translations translations(MessageSource messages) {
        return new Translations(messages);
    }

    @Bean
    AppPages appPages(AppDesk desk, AuditTrail audit, RoomBoard rooms, Translations translations) {
        return new AppPages(desk, audit, rooms, translations);
    }

    @Bean
    RoomPages roomPages(RoomBoard rooms, AppDesk apps, Retries retries, Translations translations, Clock clock) {
        return new RoomPages(rooms, apps, retries, translations, clock);
    }

    @Bean
    DeclarePages declarePages(Incidents incidents) {
        return new DeclarePages(incidents);
    }

    @Bean
    PeoplePages peoplePages(Members members, RoomBoard rooms, Clock clock) {
        return new PeoplePages(members, rooms, clock);
    }

    @Bean
    AuditPages auditPages(AuditTrail audit) {
        return new AuditPages(audit);
    }

    @Bean
    TokenPages tokenPages(ApiTokens tokens, CurrentCaller callers, Clock clock) {
        return new TokenPages(tokens, callers, clock);
    }
}
