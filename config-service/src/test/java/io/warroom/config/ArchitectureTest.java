package io.warroom.config;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.warroom.config.sealing.Resealer;
import io.warroom.config.sealing.Sealer;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses SERVICE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.warroom.config");

    @Test
    void theFeaturesNeverSeeEachOther() {
        for (String feature : new String[] {"app", "health", "incident", "member", "room", "setup", "token"}) {
            noClasses()
                    .that()
                    .resideInAPackage("..config." + feature + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(Stream.of("app", "health", "incident", "member", "room", "setup", "token")
                            .filter(other -> !other.equals(feature))
                            .map(other -> "..config." + other + "..")
                            .toArray(String[]::new))
                    .because("they meet in the wiring, so that one can change without the other")
                    .check(SERVICE);
        }
    }

    @Test
    void whatTheFeaturesShareKnowsNoFeature() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..config.access..",
                        "..config.audit..",
                        "..config.database..",
                        "..config.http..",
                        "..config.idempotency..",
                        "..config.openapi..",
                        "..config.listening..",
                        "..config.outbox..",
                        "..config.sealing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..config.app..",
                        "..config.console..",
                        "..config.health..",
                        "..config.incident..",
                        "..config.member..",
                        "..config.room..",
                        "..config.setup..",
                        "..config.token..")
                .because("a feature is added without touching what carries it")
                .check(SERVICE);
    }

    @Test
    void noFeatureKnowsThePages() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..config.console..")
                .and()
                .doNotHaveSimpleName("ConfigService")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..config.console..")
                .because("pages come and go without a feature that changes for them")
                .check(SERVICE);
    }

    @Test
    void thePagesTouchNoTopicAndNoSecret() {
        noClasses()
                .that()
                .resideInAPackage("..config.console..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..", "org.springframework.kafka..", "..config.sealing..", "..config.outbox..")
                .because("they ask the features, as the routes do")
                .check(SERVICE);
    }

    @Test
    void appsAndMembersReachTheBrokerThroughTheOutboxAlone() {
        noClasses()
                .that()
                .resideInAnyPackage("..config.app..", "..config.member..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..")
                .because("an event that does not go through the transaction is lost, or told of a change rolled back")
                .check(SERVICE);
    }

    @Test
    void theOutboxAndTheSealingKnowNoHttp() {
        noClasses()
                .that()
                .resideInAnyPackage("..config.outbox..", "..config.sealing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..config.http..", "org.springframework.web..", "org.springframework.http..")
                .because("they serve whatever changes an app, request or not")
                .check(SERVICE);
    }

    @Test
    void theFeaturesAskNobodyWhoMayCall() {
        noClasses()
                .that()
                .resideInAnyPackage("..config.app..", "..config.incident..", "..config.member..", "..config.audit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..config.access..", "org.springframework.security..")
                .because("who may do what is said in one table, and nowhere else")
                .check(SERVICE);
    }

    @Test
    void nothingHereCanOpenASecret() {
        noClasses()
                .that()
                .areNotAssignableTo(Resealer.class)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("com.google.crypto.tink.HybridDecrypt")
                .because("only workers hold the private key")
                .check(SERVICE);
        noClasses()
                .that()
                .resideOutsideOfPackages("..config.operations..", "..config.sealing..")
                .should()
                .callConstructor(Resealer.class, Path.class, Sealer.class)
                .because("one command, run where a worker is, may be given the private key; the service never is")
                .check(SERVICE);
    }

    @Test
    void thereAreNoCycles() {
        slices().matching("io.warroom.config.(*)..")
                .should()
                .beFreeOfCycles()
                .because("a cycle is one package that does not know it")
                .check(SERVICE);
    }
}
