using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Heretix.Server.History
{
    /// <inheritdoc />
    public partial class ProviderEvents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "processed_webhook_events",
                schema: "billing",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    source = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    event_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    type = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    object_hash = table.Column<string>(
                        type: "character(64)",
                        fixedLength: true,
                        maxLength: 64,
                        nullable: false
                    ),
                    occurred_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    deliveries = table.Column<int>(type: "integer", nullable: false),
                    outcome = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    detail = table.Column<string>(type: "text", nullable: true),
                    flagged = table.Column<bool>(type: "boolean", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    payload = table.Column<byte[]>(type: "bytea", nullable: true),
                    replays = table.Column<int>(type: "integer", nullable: false),
                    replayed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_processed_webhook_events", x => x.id);
                    table.ForeignKey(
                        name: "fk_processed_webhook_events_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "provider_customers",
                schema: "billing",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    source = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    external_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    busy_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_provider_customers", x => new { x.user_id, x.source });
                    table.ForeignKey(
                        name: "fk_provider_customers_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "ix_processed_webhook_events_received_at",
                schema: "billing",
                table: "processed_webhook_events",
                column: "received_at"
            );

            migrationBuilder.CreateIndex(
                name: "ix_processed_webhook_events_user_id",
                schema: "billing",
                table: "processed_webhook_events",
                column: "user_id",
                filter: "user_id is not null"
            );

            migrationBuilder.CreateIndex(
                name: "ux_processed_webhook_events_source_event_id",
                schema: "billing",
                table: "processed_webhook_events",
                columns: new[] { "source", "event_id" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ux_provider_customers_source_external_id",
                schema: "billing",
                table: "provider_customers",
                columns: new[] { "source", "external_id" },
                unique: true
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "processed_webhook_events", schema: "billing");

            migrationBuilder.DropTable(name: "provider_customers", schema: "billing");
        }
    }
}
