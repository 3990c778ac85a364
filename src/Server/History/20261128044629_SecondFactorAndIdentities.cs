using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Heretix.Server.History
{
    /// <inheritdoc />
    public partial class SecondFactorAndIdentities : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(name: "ck_exports_status", schema: "accounts", table: "exports");

            migrationBuilder.AlterColumn<string>(
                name: "email",
                schema: "accounts",
                table: "users",
                type: "character varying(320)",
                maxLength: 320,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "character varying(320)",
                oldMaxLength: 320
            );

            migrationBuilder.CreateTable(
                name: "external_identities",
                schema: "accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    issuer = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    subject = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    email = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: true),
                    email_verified = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    unlinked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_external_identities", x => x.id);
                    table.ForeignKey(
                        name: "fk_external_identities_users_user_id",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "nonces",
                schema: "accounts",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    binding_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_nonces", x => x.hash);
                }
            );

            migrationBuilder.CreateTable(
                name: "recovery_codes",
                schema: "accounts",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_recovery_codes", x => new { x.user_id, x.code_hash });
                    table.ForeignKey(
                        name: "fk_recovery_codes_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "sign_in_challenges",
                schema: "accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    method = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    wants_tokens = table.Column<bool>(type: "boolean", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sign_in_challenges", x => x.id);
                    table.ForeignKey(
                        name: "fk_sign_in_challenges_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "totp",
                schema: "accounts",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    secret = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    enabled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_step = table.Column<long>(type: "bigint", nullable: true),
                    wrong_codes = table.Column<int>(type: "integer", nullable: false),
                    wrong_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_totp", x => x.user_id);
                    table.ForeignKey(
                        name: "fk_totp_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "used_tokens",
                schema: "accounts",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_used_tokens", x => x.hash);
                }
            );

            migrationBuilder.AddCheckConstraint(
                name: "ck_exports_status",
                schema: "accounts",
                table: "exports",
                sql: "status in ('preparing', 'ready', 'failed', 'expired')"
            );

            migrationBuilder.CreateIndex(
                name: "ix_external_identities_user_id_created_at_id",
                schema: "accounts",
                table: "external_identities",
                columns: new[] { "user_id", "created_at", "id" }
            );

            migrationBuilder.CreateIndex(
                name: "ux_external_identities_issuer_subject",
                schema: "accounts",
                table: "external_identities",
                columns: new[] { "issuer", "subject" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_nonces_expires_at",
                schema: "accounts",
                table: "nonces",
                column: "expires_at"
            );

            migrationBuilder.CreateIndex(
                name: "ix_sign_in_challenges_expires_at",
                schema: "accounts",
                table: "sign_in_challenges",
                column: "expires_at"
            );

            migrationBuilder.CreateIndex(
                name: "ix_sign_in_challenges_user_id",
                schema: "accounts",
                table: "sign_in_challenges",
                column: "user_id"
            );

            migrationBuilder.CreateIndex(
                name: "ux_sign_in_challenges_token_hash",
                schema: "accounts",
                table: "sign_in_challenges",
                column: "token_hash",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_used_tokens_expires_at",
                schema: "accounts",
                table: "used_tokens",
                column: "expires_at"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "external_identities", schema: "accounts");

            migrationBuilder.DropTable(name: "nonces", schema: "accounts");

            migrationBuilder.DropTable(name: "recovery_codes", schema: "accounts");

            migrationBuilder.DropTable(name: "sign_in_challenges", schema: "accounts");

            migrationBuilder.DropTable(name: "totp", schema: "accounts");

            migrationBuilder.DropTable(name: "used_tokens", schema: "accounts");

            migrationBuilder.DropCheckConstraint(name: "ck_exports_status", schema: "accounts", table: "exports");

            migrationBuilder.AlterColumn<string>(
                name: "email",
                schema: "accounts",
                table: "users",
                type: "character varying(320)",
                maxLength: 320,
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "character varying(320)",
                oldMaxLength: 320,
                oldNullable: true
            );

            migrationBuilder.AddCheckConstraint(
                name: "ck_exports_status",
                schema: "accounts",
                table: "exports",
                sql: "status in ('preparing', 'ready', 'failed')"
            );
        }
    }
}
