using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Heretix.Server.History
{
    /// <inheritdoc />
    public partial class PaymentOrders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(name: "ck_transfers_coins", schema: "billing", table: "transfers");

            migrationBuilder.DropCheckConstraint(name: "ck_transfers_reverses", schema: "billing", table: "transfers");

            migrationBuilder.DropCheckConstraint(name: "ck_transfers_type", schema: "billing", table: "transfers");

            migrationBuilder.CreateTable(
                name: "payment_orders",
                schema: "billing",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    package_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    provider_order_id = table.Column<string>(
                        type: "character varying(150)",
                        maxLength: 150,
                        nullable: true
                    ),
                    provider_payment_id = table.Column<string>(
                        type: "character varying(150)",
                        maxLength: 150,
                        nullable: true
                    ),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(
                        type: "character(3)",
                        fixedLength: true,
                        maxLength: 3,
                        nullable: false
                    ),
                    coins = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    idempotency_key = table.Column<string>(
                        type: "character varying(255)",
                        maxLength: 255,
                        nullable: true
                    ),
                    amount_paid = table.Column<long>(type: "bigint", nullable: true),
                    flagged = table.Column<bool>(type: "boolean", nullable: false),
                    flag_reason = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    flag_detail = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    completed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    busy_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    next_check_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    checks = table.Column<int>(type: "integer", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_payment_orders", x => x.id);
                    table.CheckConstraint("ck_payment_orders_amount", "amount > 0 and coins > 0");
                    table.CheckConstraint(
                        "ck_payment_orders_completed_at",
                        "case status when 'completed' then completed_at is not null when 'refunded' then true\n    else completed_at is null end"
                    );
                    table.CheckConstraint("ck_payment_orders_flag", "flagged = (flag_reason is not null)");
                    table.CheckConstraint(
                        "ck_payment_orders_status",
                        "status in ('pending', 'processing', 'completed', 'failed', 'refunded')"
                    );
                    table.ForeignKey(
                        name: "fk_payment_orders_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "payment_refunds",
                schema: "billing",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    payment_order_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    provider = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    provider_refund_id = table.Column<string>(
                        type: "character varying(150)",
                        maxLength: 150,
                        nullable: true
                    ),
                    provider_payment_id = table.Column<string>(
                        type: "character varying(150)",
                        maxLength: 150,
                        nullable: true
                    ),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(
                        type: "character(3)",
                        fixedLength: true,
                        maxLength: 3,
                        nullable: false
                    ),
                    state = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    reason = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true),
                    idempotency_key = table.Column<string>(
                        type: "character varying(200)",
                        maxLength: 200,
                        nullable: true
                    ),
                    taken = table.Column<bool>(type: "boolean", nullable: false),
                    returned = table.Column<bool>(type: "boolean", nullable: false),
                    coins = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    processed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    busy_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_payment_refunds", x => x.id);
                    table.CheckConstraint("ck_payment_refunds_amount", "amount > 0");
                    table.CheckConstraint("ck_payment_refunds_returned", "taken or not returned");
                    table.CheckConstraint(
                        "ck_payment_refunds_state",
                        "case kind when 'refund' then state in ('requested', 'pending', 'succeeded', 'failed')\n    when 'dispute' then state in ('inquiry', 'open', 'lost', 'won') else false end"
                    );
                    table.ForeignKey(
                        name: "fk_payment_refunds_payment_orders",
                        column: x => x.payment_order_id,
                        principalSchema: "billing",
                        principalTable: "payment_orders",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict
                    );
                }
            );

            migrationBuilder.AddCheckConstraint(
                name: "ck_transfers_coins",
                schema: "billing",
                table: "transfers",
                sql: "case when type in ('signup_bonus', 'purchase', 'refund', 'reinstatement') then coins > 0\n    when type in ('insight_unlock', 'clawback') then coins < 0 else coins <> 0 end"
            );

            migrationBuilder.AddCheckConstraint(
                name: "ck_transfers_reverses",
                schema: "billing",
                table: "transfers",
                sql: "(type in ('refund', 'clawback', 'reinstatement')) = (reverses is not null)"
            );

            migrationBuilder.AddCheckConstraint(
                name: "ck_transfers_type",
                schema: "billing",
                table: "transfers",
                sql: "type in ('signup_bonus', 'purchase', 'insight_unlock', 'refund', 'clawback', 'reinstatement', 'admin_adjustment')"
            );

            migrationBuilder.CreateIndex(
                name: "ix_payment_orders_flagged",
                schema: "billing",
                table: "payment_orders",
                column: "created_at",
                filter: "flagged"
            );

            migrationBuilder.CreateIndex(
                name: "ix_payment_orders_next_check_at",
                schema: "billing",
                table: "payment_orders",
                column: "next_check_at",
                filter: "next_check_at is not null"
            );

            migrationBuilder.CreateIndex(
                name: "ix_payment_orders_provider_provider_payment_id",
                schema: "billing",
                table: "payment_orders",
                columns: new[] { "provider", "provider_payment_id" },
                filter: "provider_payment_id is not null"
            );

            migrationBuilder.CreateIndex(
                name: "ix_payment_orders_user_id_created_at_id",
                schema: "billing",
                table: "payment_orders",
                columns: new[] { "user_id", "created_at", "id" }
            );

            migrationBuilder.CreateIndex(
                name: "ux_payment_orders_provider_provider_order_id",
                schema: "billing",
                table: "payment_orders",
                columns: new[] { "provider", "provider_order_id" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ux_payment_orders_user_id_idempotency_key",
                schema: "billing",
                table: "payment_orders",
                columns: new[] { "user_id", "idempotency_key" },
                unique: true,
                filter: "idempotency_key is not null"
            );

            migrationBuilder.CreateIndex(
                name: "ix_payment_refunds_payment_order_id",
                schema: "billing",
                table: "payment_refunds",
                column: "payment_order_id"
            );

            migrationBuilder.CreateIndex(
                name: "ux_payment_refunds_payment_order_id_idempotency_key",
                schema: "billing",
                table: "payment_refunds",
                columns: new[] { "payment_order_id", "idempotency_key" },
                unique: true,
                filter: "idempotency_key is not null"
            );

            migrationBuilder.CreateIndex(
                name: "ux_payment_refunds_payment_order_id_requested",
                schema: "billing",
                table: "payment_refunds",
                column: "payment_order_id",
                unique: true,
                filter: "state = 'requested'"
            );

            migrationBuilder.CreateIndex(
                name: "ux_payment_refunds_provider_provider_refund_id",
                schema: "billing",
                table: "payment_refunds",
                columns: new[] { "provider", "provider_refund_id" },
                unique: true
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "payment_refunds", schema: "billing");

            migrationBuilder.DropTable(name: "payment_orders", schema: "billing");

            migrationBuilder.DropCheckConstraint(name: "ck_transfers_coins", schema: "billing", table: "transfers");

            migrationBuilder.DropCheckConstraint(name: "ck_transfers_reverses", schema: "billing", table: "transfers");

            migrationBuilder.DropCheckConstraint(name: "ck_transfers_type", schema: "billing", table: "transfers");

            migrationBuilder.AddCheckConstraint(
                name: "ck_transfers_coins",
                schema: "billing",
                table: "transfers",
                sql: "case when type in ('signup_bonus', 'purchase', 'refund') then coins > 0\n    when type in ('insight_unlock', 'clawback') then coins < 0 else coins <> 0 end"
            );

            migrationBuilder.AddCheckConstraint(
                name: "ck_transfers_reverses",
                schema: "billing",
                table: "transfers",
                sql: "(type in ('refund', 'clawback')) = (reverses is not null)"
            );

            migrationBuilder.AddCheckConstraint(
                name: "ck_transfers_type",
                schema: "billing",
                table: "transfers",
                sql: "type in ('signup_bonus', 'purchase', 'insight_unlock', 'refund', 'clawback', 'admin_adjustment')"
            );
        }
    }
}
