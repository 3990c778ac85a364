using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Heretix.Server.History
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(name: "billing");

            migrationBuilder.EnsureSchema(name: "checks");

            migrationBuilder.EnsureSchema(name: "accounts");

            migrationBuilder.EnsureSchema(name: "jobs");

            migrationBuilder.CreateTable(
                name: "anonymous_usage",
                schema: "billing",
                columns: table => new
                {
                    token_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    meter = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    allowed = table.Column<int>(type: "integer", nullable: true),
                    used = table.Column<int>(type: "integer", nullable: false),
                    reserved = table.Column<int>(type: "integer", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_anonymous_usage", x => new { x.token_hash, x.meter });
                    table.CheckConstraint(
                        "ck_anonymous_usage_allowed",
                        "allowed is null or used + reserved <= allowed"
                    );
                    table.CheckConstraint("ck_anonymous_usage_counts", "used >= 0 and reserved >= 0");
                }
            );

            migrationBuilder.CreateTable(
                name: "check_samples",
                schema: "checks",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityAlwaysColumn
                        ),
                    cache_key = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    execution_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    shared = table.Column<bool>(type: "boolean", nullable: false),
                    prompt_sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    paraphrase_idx = table.Column<int>(type: "integer", nullable: false),
                    replicate_idx = table.Column<int>(type: "integer", nullable: false),
                    prob_true = table.Column<double>(type: "double precision", nullable: true),
                    logit = table.Column<double>(type: "double precision", nullable: true),
                    json_valid = table.Column<bool>(type: "boolean", nullable: false),
                    refused = table.Column<bool>(type: "boolean", nullable: false),
                    warnings = table.Column<string[]>(type: "text[]", nullable: false),
                    raw_text = table.Column<string>(type: "text", nullable: false),
                    provider_model_id = table.Column<string>(type: "text", nullable: true),
                    response_id = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    tokens_in = table.Column<long>(type: "bigint", nullable: false),
                    tokens_out = table.Column<long>(type: "bigint", nullable: false),
                    cost_usd = table.Column<decimal>(type: "numeric", nullable: false),
                    latency_ms = table.Column<double>(type: "double precision", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_check_samples", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                schema: "accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    friendly_name = table.Column<string>(
                        type: "character varying(200)",
                        maxLength: 200,
                        nullable: false
                    ),
                    xml = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_protection_keys", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "email_tokens",
                schema: "accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    purpose = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    email = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: false),
                    selector = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    verifier_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    binding_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    password_hash = table.Column<string>(
                        type: "character varying(256)",
                        maxLength: 256,
                        nullable: true
                    ),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    consumed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_email_tokens", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "failed_jobs",
                schema: "jobs",
                columns: table => new
                {
                    kind = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    arguments = table.Column<string>(type: "jsonb", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    error_type = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    error = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    worker = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    failed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("failed_jobs_pkey", x => new { x.kind, x.name });
                }
            );

            migrationBuilder.CreateTable(
                name: "idempotency_keys",
                schema: "jobs",
                columns: table => new
                {
                    caller = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    route = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    body_sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    attempt = table.Column<Guid>(type: "uuid", nullable: false),
                    locked_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    status = table.Column<int>(type: "integer", nullable: true),
                    content_type = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    location = table.Column<string>(type: "character varying(2048)", maxLength: 2048, nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "pk_idempotency_keys",
                        x => new
                        {
                            x.caller,
                            x.key,
                            x.route,
                        }
                    );
                    table.CheckConstraint("ck_idempotency_keys_body_sha256", "octet_length(body_sha256) = 32");
                    table.CheckConstraint(
                        "ck_idempotency_keys_locked_or_answered",
                        "(status is null) = (locked_until is not null)"
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "measurements",
                schema: "checks",
                columns: table => new
                {
                    subject = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    execution_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    owner = table.Column<Guid>(type: "uuid", nullable: false),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_measurements", x => x.subject);
                }
            );

            migrationBuilder.CreateTable(
                name: "result_cache",
                schema: "checks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    result_key = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    run_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    env = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    payload = table.Column<string>(type: "jsonb", nullable: false),
                    sampler_json = table.Column<string>(type: "jsonb", nullable: false),
                    sample_ids = table.Column<long[]>(type: "bigint[]", nullable: false),
                    computed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_result_cache", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "users",
                schema: "accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    email = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    password_hash = table.Column<string>(
                        type: "character varying(256)",
                        maxLength: 256,
                        nullable: true
                    ),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_users", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "checks",
                schema: "checks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    execution_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    run_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    result_key = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    env = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    anon_token = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    claim = table.Column<string>(type: "text", nullable: false),
                    claim_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    model = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    logical_model = table.Column<string>(
                        type: "character varying(128)",
                        maxLength: 128,
                        nullable: false
                    ),
                    provider = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    provider_model_id = table.Column<string>(type: "text", nullable: true),
                    prompt_version = table.Column<string>(
                        type: "character varying(64)",
                        maxLength: 64,
                        nullable: false
                    ),
                    schema_version = table.Column<string>(
                        type: "character varying(32)",
                        maxLength: 32,
                        nullable: false
                    ),
                    mode = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    mock = table.Column<bool>(type: "boolean", nullable: false),
                    K = table.Column<int>(type: "integer", nullable: false),
                    R = table.Column<int>(type: "integer", nullable: false),
                    T = table.Column<int>(type: "integer", nullable: false),
                    B = table.Column<int>(type: "integer", nullable: false),
                    seed = table.Column<decimal>(type: "numeric(20,0)", nullable: true),
                    bootstrap_seed = table.Column<decimal>(type: "numeric(20,0)", nullable: true),
                    max_output_tokens = table.Column<int>(type: "integer", nullable: false),
                    prob_true_rpl = table.Column<double>(type: "double precision", nullable: true),
                    ci_lo = table.Column<double>(type: "double precision", nullable: true),
                    ci_hi = table.Column<double>(type: "double precision", nullable: true),
                    ci_width = table.Column<double>(type: "double precision", nullable: true),
                    whole_cluster_ci_lo = table.Column<double>(type: "double precision", nullable: true),
                    whole_cluster_ci_hi = table.Column<double>(type: "double precision", nullable: true),
                    template_iqr_logit = table.Column<double>(type: "double precision", nullable: true),
                    stability_score = table.Column<double>(type: "double precision", nullable: true),
                    imbalance_ratio = table.Column<double>(type: "double precision", nullable: true),
                    rpl_compliance_rate = table.Column<double>(type: "double precision", nullable: true),
                    cache_hit_rate = table.Column<double>(type: "double precision", nullable: true),
                    config_json = table.Column<string>(type: "jsonb", nullable: false),
                    sampler_json = table.Column<string>(type: "jsonb", nullable: true),
                    counts_by_template_json = table.Column<string>(type: "jsonb", nullable: true),
                    artifact_json_path = table.Column<string>(type: "text", nullable: true),
                    prompt_char_len_max = table.Column<int>(type: "integer", nullable: true),
                    pqs = table.Column<int>(type: "integer", nullable: true),
                    pqs_version = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    gate_compliance_ok = table.Column<bool>(type: "boolean", nullable: true),
                    gate_stability_ok = table.Column<bool>(type: "boolean", nullable: true),
                    gate_precision_ok = table.Column<bool>(type: "boolean", nullable: true),
                    p_prior = table.Column<double>(type: "double precision", nullable: true),
                    ci_prior_lo = table.Column<double>(type: "double precision", nullable: true),
                    ci_prior_hi = table.Column<double>(type: "double precision", nullable: true),
                    stability_prior = table.Column<double>(type: "double precision", nullable: true),
                    tokens_in = table.Column<long>(type: "bigint", nullable: true),
                    tokens_out = table.Column<long>(type: "bigint", nullable: true),
                    cost_usd = table.Column<decimal>(type: "numeric(12,6)", nullable: true),
                    was_cached = table.Column<bool>(type: "boolean", nullable: false),
                    status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    failure = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    failure_detail = table.Column<string>(type: "text", nullable: true),
                    result = table.Column<string>(type: "jsonb", nullable: true),
                    sample_ids = table.Column<long[]>(type: "bigint[]", nullable: true),
                    notice = table.Column<string>(type: "text", nullable: true),
                    owner = table.Column<Guid>(type: "uuid", nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reservation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_checks", x => x.id);
                    table.CheckConstraint("ck_checks_one_owner", "user_id is null or anon_token is null");
                    table.CheckConstraint("ck_checks_result", "status <> 'completed' or result is not null");
                    table.CheckConstraint("ck_checks_status", "status in ('running', 'completed', 'failed')");
                    table.ForeignKey(
                        name: "fk_checks_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "departures",
                schema: "accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    left_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    erase_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    selector = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    verifier_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    restored_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_departures", x => x.id);
                    table.ForeignKey(
                        name: "fk_departures_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "exports",
                schema: "accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ready_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_exports", x => x.id);
                    table.CheckConstraint("ck_exports_content", "(status = 'ready') = (content is not null)");
                    table.CheckConstraint("ck_exports_status", "status in ('preparing', 'ready', 'failed')");
                    table.ForeignKey(
                        name: "fk_exports_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "requests",
                schema: "checks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    mode = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    env = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    anon_token = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    check_id = table.Column<Guid>(type: "uuid", nullable: true),
                    outcome = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_requests", x => x.id);
                    table.ForeignKey(
                        name: "fk_requests_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "sessions",
                schema: "accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    token_expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    user_agent = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sessions", x => x.id);
                    table.CheckConstraint("ck_sessions_kind", "kind in ('browser', 'api')");
                    table.CheckConstraint(
                        "ck_sessions_token_expires_at",
                        "(kind = 'api') = (token_expires_at is not null)"
                    );
                    table.ForeignKey(
                        name: "fk_sessions_users_user_id",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subscriptions",
                schema: "billing",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    source = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    plan = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    current_period_start = table.Column<DateTimeOffset>(
                        type: "timestamp with time zone",
                        nullable: true
                    ),
                    current_period_end = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    billing_anchor = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    cancel_at_period_end = table.Column<bool>(type: "boolean", nullable: false),
                    external_customer_id = table.Column<string>(
                        type: "character varying(255)",
                        maxLength: 255,
                        nullable: true
                    ),
                    external_subscription_id = table.Column<string>(
                        type: "character varying(255)",
                        maxLength: 255,
                        nullable: true
                    ),
                    as_of = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_subscriptions", x => x.id);
                    table.CheckConstraint("ck_subscriptions_period", "current_period_start <= current_period_end");
                    table.CheckConstraint("ck_subscriptions_plan", "plan in ('starter', 'core', 'pro')");
                    table.CheckConstraint(
                        "ck_subscriptions_status",
                        "status in ('active', 'past_due', 'canceled', 'expired')"
                    );
                    table.ForeignKey(
                        name: "fk_subscriptions_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "usage_ledger",
                schema: "billing",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    meter = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    plan = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    period_start = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    period_end = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    allowed = table.Column<int>(type: "integer", nullable: true),
                    used = table.Column<int>(type: "integer", nullable: false),
                    reserved = table.Column<int>(type: "integer", nullable: false),
                    carried = table.Column<int>(type: "integer", nullable: false),
                    closed = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_usage_ledger", x => x.id);
                    table.CheckConstraint("ck_usage_ledger_allowed", "allowed is null or used + reserved <= allowed");
                    table.CheckConstraint("ck_usage_ledger_counts", "used >= 0 and reserved >= 0 and carried >= 0");
                    table.CheckConstraint("ck_usage_ledger_period", "period_end is null or period_start < period_end");
                    table.ForeignKey(
                        name: "fk_usage_ledger_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "refresh_tokens",
                schema: "accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    session_id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    issued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    replaces_id = table.Column<Guid>(type: "uuid", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_refresh_tokens", x => x.id);
                    table.ForeignKey(
                        name: "fk_refresh_tokens_sessions_session_id",
                        column: x => x.session_id,
                        principalSchema: "accounts",
                        principalTable: "sessions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "usage_reservations",
                schema: "billing",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    ledger_id = table.Column<Guid>(type: "uuid", nullable: true),
                    token_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    meter = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    state = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    renewed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    settled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_usage_reservations", x => x.id);
                    table.CheckConstraint(
                        "ck_usage_reservations_settled_at",
                        "(state = 'settled') = (settled_at is not null)"
                    );
                    table.CheckConstraint(
                        "ck_usage_reservations_state",
                        "state in ('open', 'settled', 'released', 'expired')"
                    );
                    table.CheckConstraint("ck_usage_reservations_subject", "num_nonnulls(ledger_id, token_hash) = 1");
                    table.ForeignKey(
                        name: "fk_usage_reservations_anonymous_usage",
                        columns: x => new { x.token_hash, x.meter },
                        principalSchema: "billing",
                        principalTable: "anonymous_usage",
                        principalColumns: new[] { "token_hash", "meter" },
                        onDelete: ReferentialAction.Cascade
                    );
                    table.ForeignKey(
                        name: "fk_usage_reservations_usage_ledger",
                        column: x => x.ledger_id,
                        principalSchema: "billing",
                        principalTable: "usage_ledger",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "ix_anonymous_usage_updated_at",
                schema: "billing",
                table: "anonymous_usage",
                column: "updated_at"
            );

            migrationBuilder.CreateIndex(
                name: "ux_check_samples_execution",
                schema: "checks",
                table: "check_samples",
                columns: new[] { "execution_id", "cache_key" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ux_check_samples_shared",
                schema: "checks",
                table: "check_samples",
                column: "cache_key",
                unique: true,
                filter: "shared"
            );

            migrationBuilder.CreateIndex(
                name: "ix_checks_anon",
                schema: "checks",
                table: "checks",
                columns: new[] { "anon_token", "created_at", "id" },
                descending: new[] { false, true, true },
                filter: "anon_token is not null"
            );

            migrationBuilder.CreateIndex(
                name: "ix_checks_claim_hash",
                schema: "checks",
                table: "checks",
                column: "claim_hash"
            );

            migrationBuilder.CreateIndex(
                name: "ix_checks_env",
                schema: "checks",
                table: "checks",
                columns: new[] { "env", "created_at", "id" }
            );

            migrationBuilder.CreateIndex(name: "ix_checks_run_id", schema: "checks", table: "checks", column: "run_id");

            migrationBuilder.CreateIndex(
                name: "ix_checks_running",
                schema: "checks",
                table: "checks",
                column: "lease_until",
                filter: "status = 'running'"
            );

            migrationBuilder.CreateIndex(
                name: "ix_checks_user",
                schema: "checks",
                table: "checks",
                columns: new[] { "user_id", "created_at", "id" },
                descending: new[] { false, true, true },
                filter: "user_id is not null"
            );

            migrationBuilder.CreateIndex(
                name: "ux_checks_execution_id",
                schema: "checks",
                table: "checks",
                column: "execution_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_departures_erase_at",
                schema: "accounts",
                table: "departures",
                column: "erase_at",
                filter: "restored_at is null"
            );

            migrationBuilder.CreateIndex(
                name: "ix_departures_user_id",
                schema: "accounts",
                table: "departures",
                column: "user_id"
            );

            migrationBuilder.CreateIndex(
                name: "ux_departures_selector",
                schema: "accounts",
                table: "departures",
                column: "selector",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ux_departures_user_id_open",
                schema: "accounts",
                table: "departures",
                column: "user_id",
                unique: true,
                filter: "restored_at is null"
            );

            migrationBuilder.CreateIndex(
                name: "ix_email_tokens_email",
                schema: "accounts",
                table: "email_tokens",
                column: "email"
            );

            migrationBuilder.CreateIndex(
                name: "ix_email_tokens_expires_at",
                schema: "accounts",
                table: "email_tokens",
                column: "expires_at"
            );

            migrationBuilder.CreateIndex(
                name: "ux_email_tokens_selector",
                schema: "accounts",
                table: "email_tokens",
                column: "selector",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_exports_expires_at",
                schema: "accounts",
                table: "exports",
                column: "expires_at"
            );

            migrationBuilder.CreateIndex(
                name: "ix_exports_user_id_requested_at",
                schema: "accounts",
                table: "exports",
                columns: new[] { "user_id", "requested_at" }
            );

            migrationBuilder.CreateIndex(
                name: "ux_exports_user_id_preparing",
                schema: "accounts",
                table: "exports",
                column: "user_id",
                unique: true,
                filter: "status = 'preparing'"
            );

            migrationBuilder.CreateIndex(
                name: "failed_jobs_failed_at_idx",
                schema: "jobs",
                table: "failed_jobs",
                column: "failed_at"
            );

            migrationBuilder.CreateIndex(
                name: "ix_idempotency_keys_expires_at",
                schema: "jobs",
                table: "idempotency_keys",
                column: "expires_at"
            );

            migrationBuilder.CreateIndex(
                name: "ix_measurements_owner",
                schema: "checks",
                table: "measurements",
                column: "owner"
            );

            migrationBuilder.CreateIndex(
                name: "ix_refresh_tokens_session_id",
                schema: "accounts",
                table: "refresh_tokens",
                column: "session_id"
            );

            migrationBuilder.CreateIndex(
                name: "ux_refresh_tokens_session_id_unused",
                schema: "accounts",
                table: "refresh_tokens",
                column: "session_id",
                unique: true,
                filter: "used_at is null"
            );

            migrationBuilder.CreateIndex(
                name: "ux_refresh_tokens_token_hash",
                schema: "accounts",
                table: "refresh_tokens",
                column: "token_hash",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_requests_check_id",
                schema: "checks",
                table: "requests",
                column: "check_id"
            );

            migrationBuilder.CreateIndex(
                name: "ix_requests_env_anon_token",
                schema: "checks",
                table: "requests",
                columns: new[] { "env", "anon_token" }
            );

            migrationBuilder.CreateIndex(
                name: "ix_requests_request_id",
                schema: "checks",
                table: "requests",
                column: "request_id"
            );

            migrationBuilder.CreateIndex(
                name: "ix_requests_user_id",
                schema: "checks",
                table: "requests",
                column: "user_id"
            );

            migrationBuilder.CreateIndex(
                name: "ix_result_cache_expires_at",
                schema: "checks",
                table: "result_cache",
                column: "expires_at"
            );

            migrationBuilder.CreateIndex(
                name: "ux_result_cache_result_key",
                schema: "checks",
                table: "result_cache",
                column: "result_key",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_sessions_last_seen_at",
                schema: "accounts",
                table: "sessions",
                column: "last_seen_at"
            );

            migrationBuilder.CreateIndex(
                name: "ix_sessions_user_id_created_at_id",
                schema: "accounts",
                table: "sessions",
                columns: new[] { "user_id", "created_at", "id" }
            );

            migrationBuilder.CreateIndex(
                name: "ux_sessions_token_hash",
                schema: "accounts",
                table: "sessions",
                column: "token_hash",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ux_subscriptions_source_external_subscription_id",
                schema: "billing",
                table: "subscriptions",
                columns: new[] { "source", "external_subscription_id" },
                unique: true,
                filter: "external_subscription_id is not null"
            );

            migrationBuilder.CreateIndex(
                name: "ux_subscriptions_user_id_source",
                schema: "billing",
                table: "subscriptions",
                columns: new[] { "user_id", "source" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ux_usage_ledger_user_meter_period",
                schema: "billing",
                table: "usage_ledger",
                columns: new[] { "user_id", "meter", "period_start" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_usage_reservations_expires_at",
                schema: "billing",
                table: "usage_reservations",
                column: "expires_at",
                filter: "state <> 'settled'"
            );

            migrationBuilder.CreateIndex(
                name: "ix_usage_reservations_ledger_id",
                schema: "billing",
                table: "usage_reservations",
                column: "ledger_id"
            );

            migrationBuilder.CreateIndex(
                name: "ix_usage_reservations_settled_at",
                schema: "billing",
                table: "usage_reservations",
                column: "settled_at",
                filter: "state = 'settled'"
            );

            migrationBuilder.CreateIndex(
                name: "ix_usage_reservations_token_hash_meter",
                schema: "billing",
                table: "usage_reservations",
                columns: new[] { "token_hash", "meter" },
                filter: "token_hash is not null"
            );

            migrationBuilder.CreateIndex(
                name: "ux_users_email",
                schema: "accounts",
                table: "users",
                column: "email",
                unique: true
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "check_samples", schema: "checks");

            migrationBuilder.DropTable(name: "checks", schema: "checks");

            migrationBuilder.DropTable(name: "data_protection_keys", schema: "accounts");

            migrationBuilder.DropTable(name: "departures", schema: "accounts");

            migrationBuilder.DropTable(name: "email_tokens", schema: "accounts");

            migrationBuilder.DropTable(name: "exports", schema: "accounts");

            migrationBuilder.DropTable(name: "failed_jobs", schema: "jobs");

            migrationBuilder.DropTable(name: "idempotency_keys", schema: "jobs");

            migrationBuilder.DropTable(name: "measurements", schema: "checks");

            migrationBuilder.DropTable(name: "refresh_tokens", schema: "accounts");

            migrationBuilder.DropTable(name: "requests", schema: "checks");

            migrationBuilder.DropTable(name: "result_cache", schema: "checks");

            migrationBuilder.DropTable(name: "subscriptions", schema: "billing");

            migrationBuilder.DropTable(name: "usage_reservations", schema: "billing");

            migrationBuilder.DropTable(name: "sessions", schema: "accounts");

            migrationBuilder.DropTable(name: "anonymous_usage", schema: "billing");

            migrationBuilder.DropTable(name: "usage_ledger", schema: "billing");

            migrationBuilder.DropTable(name: "users", schema: "accounts");
        }
    }
}
