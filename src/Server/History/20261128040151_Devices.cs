using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Heretix.Server.History
{
    /// <inheritdoc />
    public partial class Devices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "device_id",
                schema: "accounts",
                table: "sessions",
                type: "uuid",
                nullable: true
            );

            migrationBuilder.CreateTable(
                name: "device_removals",
                schema: "accounts",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    used = table.Column<int>(type: "integer", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device_removals", x => new { x.user_id, x.day });
                    table.ForeignKey(
                        name: "fk_device_removals_users_user_id",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "devices",
                schema: "accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    fingerprint_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    platform = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_devices", x => x.id);
                    table.CheckConstraint("ck_devices_fingerprint_hash", "octet_length(fingerprint_hash) = 32");
                    table.ForeignKey(
                        name: "fk_devices_users_user_id",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "ix_sessions_device_id",
                schema: "accounts",
                table: "sessions",
                column: "device_id"
            );

            migrationBuilder.CreateIndex(
                name: "ix_devices_last_seen_at",
                schema: "accounts",
                table: "devices",
                column: "last_seen_at"
            );

            migrationBuilder.CreateIndex(
                name: "ux_devices_user_id_fingerprint_hash",
                schema: "accounts",
                table: "devices",
                columns: new[] { "user_id", "fingerprint_hash" },
                unique: true
            );

            migrationBuilder.AddForeignKey(
                name: "fk_sessions_devices_device_id",
                schema: "accounts",
                table: "sessions",
                column: "device_id",
                principalSchema: "accounts",
                principalTable: "devices",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_sessions_devices_device_id",
                schema: "accounts",
                table: "sessions"
            );

            migrationBuilder.DropTable(name: "device_removals", schema: "accounts");

            migrationBuilder.DropTable(name: "devices", schema: "accounts");

            migrationBuilder.DropIndex(name: "ix_sessions_device_id", schema: "accounts", table: "sessions");

            migrationBuilder.DropColumn(name: "device_id", schema: "accounts", table: "sessions");
        }
    }
}
